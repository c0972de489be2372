package diag

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestArticle(t *testing.T) {
	tests := []struct {
		want  string
		nouns []string
	}{
		{"a", []string{
			"Store", "UserStore", "URLCache", "UUIDSource", "UIDriver", "Unit", "UnionFind", "Universe", "UnaryCaller", "UsageReport",
			"Utility", "Uranium", "uint", "uint64", "userStore", "urlCache", "useCase", "OneTimeCode", "Once", "EuroRates", "Eureka", "Ewe",
			"RESTClient", "SOAPClient", "LANScanner", "NATSConn", "JSONDecoder", "TCPConn", "CSVReader", "GRPCClient", "KVStore",
			"BClient", "UClient", "Hook", "Host", "Yard", "Client", "[]int", "*Order", "map[string]int", "func()", "_", "",
		}},
		{"an", []string{
			"Order", "Account", "Event", "Inventory", "Uploader", "Upstream", "UpdateStore", "Unused", "UnknownKind", "Undo", "Unavailable",
			"Uninterrupted", "Unordered", "Upon", "Umbrella", "HTTPClient", "HTTPSClient", "SQLStore", "XMLDecoder", "S3Store", "IDs", "ID",
			"IOReader", "FTPClient", "LRUCache", "MQTTClient", "NFSMount", "RPCClient", "SMSSender", "SSHDialer", "XClient", "x2", "AClient",
			"AWSClient", "httpClient", "http.Client", "sqlStore", "idSource", "int", "error", "io.Reader", "any", "HourGlass", "HonestBroker",
			"HeirLoom", "Élan", "Honour",
		}},
	}
	for _, tt := range tests {
		for _, noun := range tt.nouns {
			assert.Equal(t, tt.want, Article(noun), noun)
		}
	}
}

func TestCount(t *testing.T) {
	assert.Equal(t, "1 call", Count(1, "call"))
	assert.Equal(t, "2 calls", Count(2, "call"))
	assert.Equal(t, "1 success", Count(1, "success"))
	assert.Equal(t, "2 successes", Count(2, "success"))
}
