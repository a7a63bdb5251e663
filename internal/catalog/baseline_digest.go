package catalog

import "github.com/security-controls/terraform-provider-controls/internal/canonicaljson"

// digestedBaseline is what the digest of a baseline covers: everything that a reader of
// the baseline is told. Fields are declared in the order of their JSON names.
type digestedBaseline struct {
	Controls  map[string]digestedStatement `json:"controls"`
	Documents []digestedDocument           `json:"documents"`
	Service   string                       `json:"service"`
}

type digestedStatement struct {
	Condition        string      `json:"condition"`
	Document         string      `json:"document"`
	EnabledByDefault *bool       `json:"enabled_by_default"`
	Label            string      `json:"label"`
	Notes            string      `json:"notes"`
	Planned          bool        `json:"planned"`
	References       [][2]string `json:"references"`
	Responsibility   string      `json:"responsibility"`
	Status           Status      `json:"status"`
}

type digestedDocument struct {
	ID        string `json:"id"`
	License   string `json:"license"`
	Published Date   `json:"published"`
	Publisher string `json:"publisher"`
	Series    string `json:"series"`
	Title     string `json:"title"`
	URL       string `json:"url"`
}

// BaselineDigest returns the SHA-256 digest of a baseline's canonical JSON: it changes
// when a statement that counts, or a document, changes, and with nothing else.
func (c *Catalog) BaselineDigest(b *Baseline) (string, error) {
	d := digestedBaseline{Controls: map[string]digestedStatement{}, Documents: []digestedDocument{}, Service: b.Service.ID}
	for id, st := range b.Controls {
		s := digestedStatement{
			Condition: st.Condition, Document: st.Document.ID, EnabledByDefault: st.EnabledByDefault,
			Label: c.LabelOf(st.Statement),
			Notes: st.Notes, Planned: st.Planned, References: [][2]string{}, Responsibility: st.Responsibility, Status: st.Status,
		}
		for _, ref := range st.References {
			s.References = append(s.References, [2]string{ref.Title, ref.URL})
		}
		d.Controls[id] = s
	}
	for _, doc := range b.Documents {
		d.Documents = append(d.Documents, digestedDocument{
			ID: doc.ID, License: doc.License, Published: doc.Published, Publisher: doc.Publisher,
			Series: doc.Series, Title: doc.Title, URL: doc.URL,
		})
	}
	text, err := canonicaljson.Marshal(d)
	if err != nil {
		return "", err
	}
	return canonicaljson.Digest(text), nil
}
