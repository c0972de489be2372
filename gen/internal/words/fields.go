package words

import (
	"strconv"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/policy"
)

// fieldsInWords says what happens to the fields that the first attempt may use up, or "".
func fieldsInWords(m *model.Method) string {
	var demanded, copied, rewound, lost []string
	for _, f := range m.Fields {
		name := fieldName(m, f)
		switch {
		case f.Demand:
			demanded = append(demanded, name)
		case m.Policy.Hedge != (policy.Hedge{}):
			copied = append(copied, name)
		case f.MaySeek():
			rewound = append(rewound, name)
		default:
			lost = append(lost, name)
		}
	}
	var texts []string
	if demanded != nil {
		texts = append(texts, Series(demanded, "and")+" "+are(demanded)+" rewound; if "+they(demanded)+
			" cannot be, the call fails before the first attempt")
	}
	if copied != nil {
		texts = append(texts, "with "+Series(copied, "or")+" the call makes one attempt and no copies")
	}
	if rewound != nil {
		texts = append(texts, Series(rewound, "and")+" "+are(rewound)+" rewound where "+they(rewound)+
			" can be; otherwise the call is not retried")
	}
	if lost != nil {
		texts = append(texts, "with "+Series(lost, "or")+" the call is not retried")
	}
	return strings.Join(texts, "; ")
}

// fieldName is how a comment names a field.
func fieldName(m *model.Method, f model.Field) string {
	param := m.Sig.Params().At(f.Param).Name()
	if param == "" || param == "_" {
		param = "parameter " + strconv.Itoa(f.Param+1)
	}
	return param + "." + f.Name()
}

func are(names []string) string {
	if len(names) == 1 {
		return "is"
	}
	return "are"
}

func they(names []string) string {
	if len(names) == 1 {
		return "it"
	}
	return "they"
}
