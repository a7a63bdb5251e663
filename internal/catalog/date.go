package catalog

import (
	"strings"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Date is a day in UTC, written YYYY-MM-DD; "" means none. Dates compare as strings.
type Date string

// DatePattern is the form of dates. It keeps out what time.Parse would let pass, such as
// "2025-1-2".
const DatePattern = `^\d{4}-\d{2}-\d{2}$`

var dateForm = lazyregexp.Regexp{Expression: DatePattern}

// ParseDate reads a date in the form YYYY-MM-DD that exists in the calendar.
//
// A time of day is told apart: "yamldecode" makes one of every date without quotes.
func ParseDate(s string) (Date, error) {
	if day, clock, ok := strings.Cut(s, "T"); ok && clock != "" && dateForm.MatchString(day) {
		return "", words.Errorf("%q is a time, expected a date in the form YYYY-MM-DD, such as %s: "+
			"where it comes from yamldecode, put the date in quotes in the YAML", s, day)
	}
	if !dateForm.MatchString(s) {
		return "", words.Errorf("%q is not a date, expected the form YYYY-MM-DD, such as 2027-06-30", s)
	}
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", words.Errorf("%q is not a day of the calendar", s)
	}
	return Date(s), nil
}

// DateOf returns the day of a time, in UTC.
func DateOf(t time.Time) Date { return Date(t.UTC().Format(time.DateOnly)) }

// AddDays returns the day n days later; of no date, no date.
func (d Date) AddDays(n int) Date {
	if d == "" {
		return ""
	}
	return clamped(d.start().AddDate(0, 0, n))
}

// AddYears returns the same day n years later, 1 March for a 29 February that the year
// does not have; of no date, no date.
func (d Date) AddYears(n int) Date {
	if d == "" {
		return ""
	}
	return clamped(d.start().AddDate(n, 0, 0))
}

// clamped is the day of a time, or the first day that has a form.
func clamped(t time.Time) Date {
	if t.Year() < 0 {
		return "0000-01-01"
	}
	return DateOf(t)
}

// DaysUntil returns how many days later than d the other day is.
func (d Date) DaysUntil(later Date) int {
	// Not by Time.Sub: a Duration ends at 292 years.
	return int((later.start().Unix() - d.start().Unix()) / (24 * 60 * 60))
}

// start is the first moment of the day. A Date that did not come from ParseDate or
// DateOf is a programming error.
func (d Date) start() time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		panic(words.Sprintf("catalog.Date %q was not made by ParseDate or DateOf", string(d)))
	}
	return t
}
