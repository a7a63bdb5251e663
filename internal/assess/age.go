package assess

import "github.com/security-controls/terraform-provider-controls/internal/catalog"

// What MaxDocumentAgeDays means.

// tooOld reports whether a document of a date counts as stale on a day.
func (r Requirement) tooOld(published, day catalog.Date) bool {
	return r.limitsAge() && int64(published.DaysUntil(day)) > *r.MaxDocumentAgeDays
}

// limitsAge reports whether any document can be too old.
func (r Requirement) limitsAge() bool { return r.MaxDocumentAgeDays != nil }

// freshUntil is the last day on which the document behind a finding is not too old; ""
// for none. Dates beyond the year 9999 do not compare as text: the document never ages.
func (a *Assessment) freshUntil(s ServiceFindings, f Finding) catalog.Date {
	if !a.Requirement.limitsAge() || f.Reason == Undocumented {
		return ""
	}
	end := a.Documents[s.DocumentOf(f)].Published.AddDays(int(*a.Requirement.MaxDocumentAgeDays))
	if len(end) > len("9999-12-31") {
		return ""
	}
	return end
}
