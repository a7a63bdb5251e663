package main

import (
	"fmt"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	benchmarkSeries = "Microsoft cloud security benchmark v1"

	// The workbooks are cited at the commit they were read at. The pages of
	// learn.microsoft.com that are made from them have later editions, under addresses
	// that do not follow from the workbook's name.
	workbookPrefix = "https://github.com/MicrosoftDocs/SecurityBenchmarks/blob/8b9505a618cf9aa1046eb6c589008663d42f7d4f/" +
		"Azure%20Offer%20Security%20Baselines/3.0/"
	workbookSuffix = "-azure-security-benchmark-v3-latest-security-baseline.xlsx"
)

// shared are the features that mean the same as a control of the series "Security
// controls". Every other feature is a control of its own, however near it comes.
var shared = map[string]string{
	"Data in Transit Encryption":                  "encryption-in-transit",
	"Data at Rest Encryption Using Platform Keys": "encryption-at-rest-platform-keys",
	"Data at Rest Encryption Using CMK":           "encryption-at-rest-customer-keys",
}

func controlOf(feature string) string {
	if id, ok := shared[feature]; ok {
		return id
	}
	return kebab(feature)
}

// readDefinitions returns the first label of every control of the vocabulary, and which
// controls are adverse.
func readDefinitions(name string) (labels map[string]string, adverse map[string]bool, err error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, nil, err
	}
	var file struct {
		Definitions []struct {
			ID, Polarity string
			Labels       []string
		}
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	labels, adverse = map[string]string{}, map[string]bool{}
	for _, d := range file.Definitions {
		labels[d.ID] = ""
		if len(d.Labels) > 0 {
			labels[d.ID] = d.Labels[0]
		}
		adverse[d.ID] = d.Polarity == "adverse"
	}
	return labels, adverse, nil
}

type document struct {
	id, series, title, publisher, published, url, license string
	// compact writes the document in as few lines as it has statements: what hundreds of
	// files repeat is part of the provider's binary each time.
	compact    bool
	statements []statement
}

type statement struct {
	control, label, status, condition string
	planned                           bool
	enabled, responsibility, notes    string
	references                        []reference
	// clears says why the statement may take the place of a condition; the catalogue has
	// no place for it.
	clears string
}

type reference struct{ title, url string }

// documents are the baselines of each service, oldest first.
func (f *facts) documents(labels map[string]string) (map[string][]document, error) {
	byFile, others := map[string]*document{}, map[rowKey]statement{}
	for _, row := range f.features {
		doc, ok := byFile[row.file]
		if !ok {
			doc = &document{
				series: benchmarkSeries, publisher: "Microsoft", license: "CC-BY-4.0",
				title:     f.titles[row.file],
				published: row.published,
				url:       workbookPrefix + url.PathEscape(row.file) + workbookSuffix,
			}
			byFile[row.file] = doc
		}
		if row.published != doc.published {
			return nil, fmt.Errorf("mcsb-features.csv: %q has the dates %s and %s", row.file, doc.published, row.published)
		}
		if row.name == noFeature {
			continue
		}
		st, err := f.statement(row, labels)
		if err != nil {
			return nil, fmt.Errorf("mcsb-features.csv: row %s of %q: %w", row.row, row.file, err)
		}
		doc.add(st)
		if f.alsoAbout[row.rowKey] != "" {
			others[row.rowKey] = st
		}
	}
	documents := map[string][]document{}
	for _, b := range f.files {
		doc, ok := byFile[b.file]
		if !ok {
			return nil, fmt.Errorf("mcsb-features.csv lacks the file %q of services.csv", b.file)
		}
		doc.id = b.service + "-security-baseline-" + doc.published
		documents[b.service] = append(documents[b.service], *doc)
	}
	for service, docs := range f.shared(byFile, others) {
		documents[service] = append(documents[service], docs...)
	}
	for _, docs := range documents {
		slices.SortFunc(docs, func(a, b document) int { return strings.Compare(a.published, b.published) })
	}
	return documents, nil
}

// shared are the documents of the services that some rows of another service's workbook
// are about as well: the same workbook, with those rows alone.
func (f *facts) shared(byFile map[string]*document, rows map[rowKey]statement) map[string][]document {
	documents := map[string][]document{}
	for _, row := range f.features {
		service := f.alsoAbout[row.rowKey]
		if service == "" {
			continue
		}
		doc := *byFile[row.file]
		doc.id, doc.statements = service+"-security-baseline-"+doc.published, nil
		i := slices.IndexFunc(documents[service], func(d document) bool { return d.id == doc.id })
		if i < 0 {
			i = len(documents[service])
			documents[service] = append(documents[service], doc)
		}
		documents[service][i].add(rows[row.rowKey])
	}
	return documents
}

func (s statement) sameButForLinks(other statement) bool {
	s.references, other.references = nil, nil
	return reflect.DeepEqual(s, other)
}

// add joins rows that differ in their link alone. Rows that differ in anything else
// stay, so that a reader sees both; which one counts is for the catalogue to say.
func (d *document) add(st statement) {
	for i := range d.statements {
		same, links := &d.statements[i], st.references
		if !st.sameButForLinks(*same) {
			continue
		}
		for _, link := range links {
			if !slices.Contains(same.references, link) {
				same.references = append(same.references, link)
			}
		}
		return
	}
	d.statements = append(d.statements, st)
}

// The words of the workbooks' columns, and what the catalogue says for them.
var (
	supportedWords      = map[string]string{"True": "yes", "False": "no", "Not Applicable": "not_applicable"}
	enabledWords        = map[string]string{"True": "true", "False": "false", "Not Applicable": ""}
	responsibilityWords = map[string]string{
		"Customer": "customer", "Microsoft": "vendor", "Shared": "shared", "Not Applicable": "",
	}
)

func (f *facts) statement(row feature, labels map[string]string) (statement, error) {
	st := statement{control: controlOf(row.name), clears: f.clears[row.rowKey]}
	usual, ok := labels[st.control]
	if !ok {
		return st, fmt.Errorf("definitions.yaml lacks the control %q of %q", st.control, row.name)
	}
	if usual != row.name {
		st.label = row.name
	}
	var err error
	if st.status, err = oneOf(row.supported, "supported", supportedWords); err != nil {
		return st, err
	}
	if st.enabled, err = oneOf(row.enabled, "enabled_by_default", enabledWords); err != nil {
		return st, err
	}
	if st.responsibility, err = oneOf(row.whose, "responsibility", responsibilityWords); err != nil {
		return st, err
	}
	if row.reference != "None" {
		i := strings.LastIndex(row.reference, ": http")
		if i < 0 {
			return st, fmt.Errorf("the reference %q is not of the form title: URL", row.reference)
		}
		st.references = []reference{{row.reference[:i], row.reference[i+2:]}}
	}
	if n, ok := f.notes[row.rowKey]; ok {
		st.status, st.condition, st.planned, st.notes = n.status, n.condition, n.planned, n.text
		if n.preview && !strings.Contains(strings.ToLower(n.text), "preview") {
			st.notes = strings.TrimSpace("Preview. " + n.text)
		}
	}
	return st, nil
}

func oneOf(value, column string, allowed map[string]string) (string, error) {
	out, ok := allowed[value]
	if !ok {
		return "", fmt.Errorf("%s is %q", column, value)
	}
	return out, nil
}

func (d document) yaml() string {
	if d.compact {
		return d.compactYAML()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "      - id: %s\n        series: %s\n", d.id, d.series)
	fmt.Fprintf(&b, "        title: %s\n        publisher: %s\n", quote(d.title), quote(d.publisher))
	fmt.Fprintf(&b, "        published: %s\n        url: %s\n", d.published, quote(d.url))
	fmt.Fprintf(&b, "        license: %s\n        statements:\n", d.license)
	for _, st := range d.statements {
		fmt.Fprintf(&b, "          - %s\n", st.yaml())
	}
	return b.String()
}

func (d document) compactYAML() string {
	m := mapping{}
	m.put("id", d.id)
	m.put("series", d.series)
	m.put("title", d.title)
	m.put("publisher", d.publisher)
	m.raw("published", d.published)
	m.put("url", d.url)
	m.put("license", d.license)
	statements := make([]string, len(d.statements))
	for i, st := range d.statements {
		statements[i] = "\n          " + st.yaml()
	}
	m.raw("statements", "["+strings.Join(statements, ",")+"]")
	return "      - " + m.yaml() + "\n"
}

// yaml is the statement on one line, without what is the default: the files are part
// of the provider's binary.
func (s statement) yaml() string {
	m := mapping{}
	m.put("control", s.control)
	m.put("label", s.label)
	m.put("status", s.status)
	m.put("condition", s.condition)
	if s.planned {
		m.raw("planned", "true")
	}
	if s.enabled != "" {
		m.raw("enabled_by_default", s.enabled)
	}
	m.put("responsibility", s.responsibility)
	m.put("notes", s.notes)
	var links []string
	for _, r := range s.references {
		link := mapping{}
		link.put("title", r.title)
		link.put("url", r.url)
		links = append(links, link.yaml())
	}
	if len(links) > 0 {
		m.raw("references", "["+strings.Join(links, ", ")+"]")
	}
	return m.yaml()
}
