//go:build ignore

package rows

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	retry "github.com/retrygen/retrygen/runtime"
)

// sortK8s sorts the errors of the Kubernetes API by their reason, and else by their code. A
// conflict is an answer, because the object must be read again first.
func sortK8s(err error) (retry.Class, time.Duration) {
	e, ok := err.(interface{ Status() metav1.Status })
	if !ok {
		return retry.ClassUnclassified, 0
	}
	status := e.Status()
	var delay time.Duration
	if status.Details != nil {
		delay = time.Duration(status.Details.RetryAfterSeconds) * time.Second
	}
	switch status.Reason {
	case metav1.StatusReasonTooManyRequests:
		return retry.ClassThrottled, delay
	case metav1.StatusReasonServerTimeout, metav1.StatusReasonTimeout, metav1.StatusReasonServiceUnavailable,
		metav1.StatusReasonInternalError:
		return retry.ClassTransient, delay
	}
	return retry.ClassOfStatus(int(status.Code)), delay
}
