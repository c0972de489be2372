package grammar

import (
	"strconv"
	"time"
)

// A Rate is a number of events per time, such as 100/s.
type Rate struct {
	Events int           // 1 to 1,000,000
	Per    time.Duration // a second, a minute or an hour
}

// String returns the rate as text: 100/s, 30/m or 5/h.
func (r Rate) String() string {
	for _, u := range rateUnits {
		if r.Per == u.per {
			return strconv.Itoa(r.Events) + "/" + u.name
		}
	}
	return strconv.Itoa(r.Events) + "/" + r.Per.String()
}

type rateUnit struct {
	name string
	per  time.Duration
}

var rateUnits = []rateUnit{{"s", time.Second}, {"m", time.Minute}, {"h", time.Hour}}
