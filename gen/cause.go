package gen

import (
	"go/types"

	"github.com/retrygen/retrygen/gen/internal/directive"
	"github.com/retrygen/retrygen/gen/internal/shape"
)

// checkEmbedded refuses an interface that embeds one of which nothing is known:
// its methods would be missing in the wrapper.
func (r *resolver) checkEmbedded(d *directive.Declaration, iface *types.Interface) {
	if !embedsUnknown(iface, make(map[*types.Interface]bool)) || r.reported(d) {
		return
	}
	if len(r.pkg.Causes) > 0 {
		r.Errs = append(r.Errs, r.pkg.Causes...)
		return
	}
	r.Report(d.Spec.Name.Pos(), "go vet says more", "an interface that "+d.Name()+" embeds is not known")
}

func embedsUnknown(iface *types.Interface, seen map[*types.Interface]bool) bool {
	if seen[iface] {
		return false
	}
	seen[iface] = true
	for embedded := range iface.EmbeddedTypes() {
		if shape.Unknown(embedded) {
			return true
		}
		if inner, ok := embedded.Underlying().(*types.Interface); ok && embedsUnknown(inner, seen) {
			return true
		}
	}
	return false
}
