package attest

import (
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// expiry is when the attestation ends: after its validity, or earlier with the first
// day on which one of its assessments would come out differently. Days count to their
// end, in UTC, so it is the first moment at which the attestation no longer holds.
func expiry(assessments []input, now time.Time, validity time.Duration) time.Time {
	end := now.Add(validity)
	until := func(last catalog.Date) {
		if last == "" {
			return
		}
		if over := endOf(last); over.Before(end) {
			end = over
		}
	}
	for _, a := range assessments {
		_, last := a.Holds()
		until(last)
	}
	return end
}

// Renew reports whether an attestation is to be issued anew at a time: when it has
// expired, or is about to and a new one would hold longer. What ended it before its
// validity did (an exception, say) would end the next one on the same day, so renewing
// it early is of no use; once that changes, the assessment does too.
func Renew(issued, expires time.Time, validity, early time.Duration, now time.Time) bool {
	if !now.Before(expires) {
		return true
	}
	return !expires.Before(issued.Add(validity)) && !now.Before(expires.Add(-early))
}

func dateOf(t time.Time) catalog.Date { return catalog.DateOf(t) }

// endOf is the first moment after a day.
func endOf(day catalog.Date) time.Time {
	t, err := time.Parse(time.DateOnly, string(day.AddDays(1)))
	if err != nil {
		// Only for the last day of the year 9999; it ends nothing.
		return time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC)
	}
	return t
}

// timestamp writes a time as statements have it.
func timestamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
