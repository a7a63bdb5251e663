package catalog_test

import (
	"testing"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

func TestParseDate(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2024-02-29": "",
		"2027-06-30": "",
		"2023-02-29": `"2023-02-29" is not a day of the calendar`,
		"2027-13-01": `"2027-13-01" is not a day of the calendar`,
		"2027-00-10": `"2027-00-10" is not a day of the calendar`,
		"2027-6-30":  `"2027-6-30" is not a date, expected the form YYYY-MM-DD, such as 2027-06-30`,
		"":           `"" is not a date, expected the form YYYY-MM-DD, such as 2027-06-30`,
		"30.06.2027": `"30.06.2027" is not a date, expected the form YYYY-MM-DD, such as 2027-06-30`,
		"2027-06-30T00:00:00Z": `"2027-06-30T00:00:00Z" is a time, expected a date in the form YYYY-MM-DD, such as 2027-06-30: ` +
			`where it comes from yamldecode, put the date in quotes in the YAML`,
		"2027-06-30\n": `"2027-06-30\n" is not a date, expected the form YYYY-MM-DD, such as 2027-06-30`,
		"２０２７-06-30":   `"２０２７-06-30" is not a date, expected the form YYYY-MM-DD, such as 2027-06-30`,
	} {
		date, err := catalog.ParseDate(in)
		switch {
		case want == "" && (err != nil || date != catalog.Date(in)):
			t.Errorf("%q: got %q, %v", in, date, err)
		case want != "" && (err == nil || err.Error() != want || date != ""):
			t.Errorf("%q: got %q, %v; want %s", in, date, err, want)
		}
	}
}

func TestDateOf(t *testing.T) {
	t.Parallel()
	west := time.FixedZone("west", -5*60*60)
	if got := catalog.DateOf(time.Date(2026, 12, 31, 20, 0, 0, 0, west)); got != "2027-01-01" {
		t.Errorf("got %s, want the day in UTC, 2027-01-01", got)
	}
}

func TestDateArithmetic(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		day   catalog.Date
		days  int
		later catalog.Date
	}{
		{"2024-02-28", 2, "2024-03-01"},
		{"2023-02-28", 1, "2023-03-01"},
		{"2026-12-31", 1, "2027-01-01"},
		{"2026-06-30", 0, "2026-06-30"},
		{"2026-06-30", -30, "2026-05-31"},
		{"1601-01-01", 155593, "2027-01-01"}, // more than a time.Duration holds
	} {
		if got := tt.day.AddDays(tt.days); got != tt.later {
			t.Errorf("%s and %d days: got %s, want %s", tt.day, tt.days, got, tt.later)
		}
		if got := tt.day.DaysUntil(tt.later); got != tt.days {
			t.Errorf("from %s until %s: got %d, want %d", tt.day, tt.later, got, tt.days)
		}
	}
	if got := catalog.Date("").AddDays(1); got != "" {
		t.Errorf("a day after no date: got %q", got)
	}
	for _, tt := range []struct {
		day   catalog.Date
		years int
		later catalog.Date
	}{
		{"2026-06-30", 10, "2036-06-30"},
		{"2024-02-29", 4, "2028-02-29"},
		{"2024-02-29", 10, "2034-03-01"},
		{"2026-06-30", -1, "2025-06-30"},
		{"", 1, ""},
	} {
		if got := tt.day.AddYears(tt.years); got != tt.later {
			t.Errorf("%s and %d years: got %s, want %s", tt.day, tt.years, got, tt.later)
		}
	}
	doc := &catalog.Document{Title: "A page", Published: "2026-06-01"}
	if got := doc.Age("2026-07-01"); got != 30 {
		t.Errorf("age: got %d, want 30", got)
	}
	if got, want := doc.Citation(), "A page, 2026-06-01"; got != want {
		t.Errorf("citation: got %q, want %q", got, want)
	}
}

func TestDateByHand(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("a date that catalog.ParseDate did not see passed")
		}
	}()
	catalog.Date("tomorrow").DaysUntil("2026-01-01")
}

func TestStageOn(t *testing.T) {
	t.Parallel()
	known := catalog.Lifecycle{RetiredOn: "2021-02-17"}
	for _, tt := range []struct {
		lifecycle catalog.Lifecycle
		day       catalog.Date
		want      catalog.Stage
	}{
		{catalog.Lifecycle{}, sample.Today, catalog.StageActive},
		{catalog.Lifecycle{Notices: []catalog.Notice{{Stage: catalog.NoticeRetired}}}, sample.Today, catalog.StageActive},
		{known, "2021-02-16", catalog.StageRetiring},
		{known, "2021-02-17", catalog.StageRetired},
		{known, sample.Today, catalog.StageRetired},
	} {
		if got := tt.lifecycle.StageOn(tt.day); got != tt.want {
			t.Errorf("%+v on %s: got %s, want %s", tt.lifecycle, tt.day, got, tt.want)
		}
	}
}
