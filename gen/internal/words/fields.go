package words

import (
	"strconv"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/policy"
)

// fieldRules says in words what happens to the fields.
func fieldRules(m *model.Method) []string {
	var rules []string
	for _, f := range m.Fields {
		name := m.Sig.Params().At(f.Param).Name()
		if name == "" || name == "_" {
			name = "parameter " + strconv.Itoa(f.Param+1)
		}
		name += "." + f.Name()
		switch {
		case f.Demand:
			rules = append(rules, name+" is rewound; if it cannot be, the call fails before the first attempt")
		case m.Policy.Hedge != (policy.Hedge{}):
			rules = append(rules, "with "+name+" the call makes one attempt and no copies")
		case f.MaySeek():
			rules = append(rules, name+" is rewound where it can be; otherwise the call is not retried")
		default:
			rules = append(rules, "with "+name+" the call is not retried")
		}
	}
	return rules
}
