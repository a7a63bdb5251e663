package main

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

var (
	dataDir      = flag.String("data", "../../internal/catalog/embedded/data", "folder of the catalogue to test")
	workbooksDir = flag.String("workbooks", "", "folder with the benchmark's workbooks, to compare our notes with them")
)

const factsDir = "facts"

// The catalogue's files, as far as the tests look at them. Unknown keys are the
// business of the catalogue's own loader.
type (
	catalogFile struct {
		Services []catalogService
		Mappings []struct {
			Control, Framework, Version, Confidence, Source string
			Identifiers                                     []string
		}
		Definitions []struct {
			ID, Polarity string
			Labels       []string
		}
	}
	catalogService struct {
		ID, Name      string
		FormerNames   []string      `yaml:"former_names"`
		ResourceTypes []catalogType `yaml:"resource_types"`
		Lifecycle     struct {
			RetiredOn         string `yaml:"retired_on"`
			Successor, Notice string
			Source            catalogSource
			Notices           []struct {
				Scope, Stage, Date, Successor string
				Source                        catalogSource
			}
		}
		Documents []catalogDocument
	}
	catalogSource   struct{ Title, Published, URL string }
	catalogDocument struct {
		ID, Series, Title, Publisher, Published, URL, License string
		Statements                                            []catalogStatement
	}
	catalogStatement struct {
		Control, Label, Status, Condition string
		Planned                           bool
		EnabledByDefault                  *bool `yaml:"enabled_by_default"`
		Responsibility, Notes             string
		References                        []struct{ Title, URL string }
	}
)

// catalogType is a type alone, or one with the attribute that decides.
type catalogType struct{ Type, Attribute, Value string }

func (c *catalogType) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		c.Type = n.Value
		return nil
	}
	type plain catalogType // without this method
	return n.Decode((*plain)(c))
}

func readCatalog(t *testing.T, name string) catalogFile {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(*dataDir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	var f catalogFile
	if err := yaml.Unmarshal(data, &f); err != nil {
		t.Fatalf("%s: %s", name, err)
	}
	return f
}

// readServices reads the files of all services, by id.
func readServices(t *testing.T) map[string]catalogService {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(*dataDir, "azure", "*.yaml"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no services in %s: %v", *dataDir, err)
	}
	services := map[string]catalogService{}
	for _, name := range names {
		s := readCatalog(t, "azure/"+filepath.Base(name)).Services[0]
		services[s.ID] = s
	}
	return services
}

// fileOf is the file that the address of a workbook names.
func fileOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return path.Base(u.Path)
}

func readTestFacts(t *testing.T) *facts {
	t.Helper()
	f, err := readFacts(factsDir)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// A run over the catalogue as it is must change nothing: whoever edits a table commits
// what becomes of it, and nobody's hand-made change of a made part survives unseen.
func TestRunChangesNothing(t *testing.T) {
	t.Parallel()
	work := t.TempDir()
	data, tables := filepath.Join(work, "data"), filepath.Join(work, "facts")
	for from, to := range map[string]string{*dataDir: data, factsDir: tables} {
		if err := os.CopyFS(to, os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	err := run(options{facts: tables, data: data}, func(format string, args ...any) {
		if strings.HasPrefix(format, "writing") {
			t.Errorf(format, args...)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Every row of the benchmark's tables is found again in the catalogue, by a reading of
// the table that shares nothing with the importer's but the reading of CSV.
func TestEveryRowIsAStatement(t *testing.T) {
	t.Parallel()
	f, services := readTestFacts(t), readServices(t)
	files := map[string]string{}
	for _, b := range f.files {
		files[b.file] = b.service
	}
	labels := map[string]string{} // feature -> control
	for _, d := range readCatalog(t, "definitions.yaml").Definitions {
		for _, label := range d.Labels {
			labels[label] = d.ID
		}
	}
	rows := 0
	for _, row := range f.features {
		if row.name == "No Related Feature" {
			continue
		}
		rows++
		service := files[row.file]
		n, noted := f.notes[row.rowKey]
		found := slices.ContainsFunc(services[service].statementsOf(row), func(st catalogStatement) bool {
			return st.Control == labels[row.name] && st.saysWhat(row) && st.saysWhatIsNoted(n, noted, row)
		})
		if !found {
			t.Errorf("%s, row %s of %s: no statement of %q", service, row.row, row.file, row.name)
		}
	}
	documents := benchmarkDocuments(services)
	if len(documents) != len(f.files) {
		t.Errorf("%d documents of the benchmark, expected one for each of %d files", len(documents), len(f.files))
	}
	statements := 0
	for _, d := range documents {
		statements += len(d.Statements)
	}
	if statements > rows {
		t.Errorf("%d statements were made of %d rows", statements, rows)
	}
	t.Logf("%d rows, %d statements, %d documents, %d services", rows, statements, len(documents), len(services))
}

// benchmarkDocuments are the documents of all services that the importer makes of the
// benchmark's workbooks.
func benchmarkDocuments(services map[string]catalogService) []catalogDocument {
	var documents []catalogDocument
	for _, id := range slices.Sorted(maps.Keys(services)) {
		for _, d := range services[id].Documents {
			if d.Series == benchmarkSeries && !sharesRows(id) {
				documents = append(documents, d)
			}
		}
	}
	return documents
}

// sharesRows says that a service has but some rows of another one's workbook.
func sharesRows(id string) bool { return id == "azure-sql-managed-instance" }

// statementsOf are those of the document that a row's workbook became.
func (s catalogService) statementsOf(row feature) []catalogStatement {
	for _, d := range s.Documents {
		if d.Series == benchmarkSeries && d.Published == row.published && fileOf(d.URL) == row.file+workbookSuffix {
			return d.Statements
		}
	}
	return nil
}

// saysWhat compares all of a row but its name and its status.
func (st catalogStatement) saysWhat(row feature) bool {
	enabled := ""
	if st.EnabledByDefault != nil {
		enabled = fmt.Sprint(*st.EnabledByDefault)
	}
	responsibility := strings.NewReplacer("Not Applicable", "", "Microsoft", "vendor").Replace(row.whose)
	return enabled == map[string]string{"True": "true", "False": "false"}[row.enabled] &&
		st.Responsibility == strings.ToLower(responsibility) &&
		(row.reference == "None" || slices.ContainsFunc(st.References, func(r struct{ Title, URL string }) bool {
			return r.Title+": "+r.URL == row.reference
		}))
}

// saysWhatIsNoted compares the status: that of the note, if there is one, or else the row's.
func (st catalogStatement) saysWhatIsNoted(n note, noted bool, row feature) bool {
	want := map[string]string{"True": "yes", "False": "no", "Not Applicable": "not_applicable"}[row.supported]
	if noted {
		want = n.status
	}
	return st.Status == want && st.Condition == n.condition && st.Planned == n.planned &&
		strings.HasSuffix(st.Notes, n.text) && (!n.preview || strings.Contains(strings.ToLower(st.Notes), "preview"))
}

func TestBaselineDocuments(t *testing.T) {
	t.Parallel()
	for _, d := range benchmarkDocuments(readServices(t)) {
		if d.Publisher != "Microsoft" || d.License != "CC-BY-4.0" || !strings.HasPrefix(d.Title, "Azure security baseline for ") {
			t.Errorf("%s is not what a baseline looks like", d.ID)
		}
	}
}

func TestLocalAccountsAreAdverse(t *testing.T) {
	t.Parallel()
	polarity := map[string]string{}
	for _, d := range readCatalog(t, "definitions.yaml").Definitions {
		polarity[d.ID] = d.Polarity
	}
	for _, id := range []string{"local-admin-accounts", "local-authentication-methods-for-data-plane-access"} {
		if polarity[id] != "adverse" {
			t.Errorf("%s is a control that one wants", id)
		}
	}
}

// Values read off the workbooks by eye.
func TestSpotChecks(t *testing.T) {
	t.Parallel()
	services := readServices(t)
	for _, want := range []struct{ service, control, status, condition string }{
		{"azure-key-vault", "virtual-network-integration", "yes", ""},
		{"azure-key-vault", "local-admin-accounts", "no", ""},
		{"azure-service-bus", "azure-private-link", "conditional", "Premium tier"},
		{"azure-service-bus", "encryption-at-rest-customer-keys", "conditional", "Premium tier"},
		{"azure-cosmos-db", "managed-identities", "conditional", "Core (SQL) API"},
		{"azure-storage", "azure-backup", "conditional", "Blob storage"},
		{"azure-kubernetes-service", "local-authentication-methods-for-data-plane-access", "yes", ""},
		{"azure-openai", "encryption-at-rest-customer-keys", "yes", ""},
		{"azure-nat-gateway", "azure-resource-logs", "no", ""},
		{"azure-managed-lustre", "customer-lockbox", "no", ""},
		{"azure-linux-virtual-machines", "anti-malware-solution", "yes", ""},
		{"azure-dns", "virtual-network-integration", "no", ""},
	} {
		found := false
		for _, d := range services[want.service].Documents {
			if d.Series != benchmarkSeries {
				continue
			}
			for _, st := range d.Statements {
				if st.Control == want.control {
					found = true
					if st.Status != want.status || st.Condition != want.condition {
						t.Errorf("%s/%s is %q (%q), expected %q (%q)",
							want.service, want.control, st.Status, st.Condition, want.status, want.condition)
					}
				}
			}
		}
		if !found {
			t.Errorf("%s says nothing about %s", want.service, want.control)
		}
	}
}

func TestNothingTwice(t *testing.T) {
	t.Parallel()
	services := readServices(t)
	seen, pages := map[string]string{}, map[string]string{}
	once := func(where, what string) {
		if first, ok := seen[what]; ok {
			t.Errorf("%s has %s, as has %s", where, what, first)
		}
		seen[what] = where
	}
	for _, id := range slices.Sorted(maps.Keys(services)) {
		s := services[id]
		for _, name := range append([]string{s.Name}, s.FormerNames...) {
			once(id, "the name "+strings.ToLower(name))
		}
		for _, rt := range s.ResourceTypes {
			once(id, strings.ToLower(fmt.Sprint("the type ", rt)))
		}
		for _, n := range s.Lifecycle.Notices {
			once(id, fmt.Sprint(id, " the notice ", n.Scope, n.Stage, n.Date))
		}
		for _, d := range s.Documents {
			once(id, id+" the document "+d.ID)
			// A list of services stands with each of them, and is one document all the same.
			cited := d.Title + d.Published + d.URL
			if known, ok := pages[d.ID]; ok && known != cited {
				t.Errorf("%s: the document %s is another one elsewhere", id, d.ID)
			}
			pages[d.ID] = cited
			if d.Series == benchmarkSeries {
				for _, st := range d.Statements {
					once(id, fmt.Sprint(d.ID, " the statement ", st.Control, st.Status, st.Condition,
						st.EnabledByDefault != nil, st.Responsibility, st.Notes))
				}
			}
		}
	}
}

// typePlaces is where the catalogue puts types, by type in lower case.
type typePlaces struct {
	chosen  map[string][]string // services
	none    map[string]string   // why there is no service
	decided map[string]bool     // by a row of type-choices.csv
}

func readTypePlaces(t *testing.T, f *facts, services map[string]catalogService) typePlaces {
	t.Helper()
	p := typePlaces{map[string][]string{}, map[string]string{}, map[string]bool{}}
	for id, s := range services {
		for _, rt := range s.ResourceTypes {
			key := strings.ToLower(rt.Type)
			p.chosen[key] = append(p.chosen[key], id)
		}
	}
	if err := readTable(filepath.Join(factsDir, withoutService), "type,reason", func(r []string) {
		p.none[strings.ToLower(r[0])] = r[1]
	}); err != nil {
		t.Fatal(err)
	}
	for _, c := range f.choices {
		p.decided[strings.ToLower(c.typ)] = true
	}
	return p
}

// Every type of the tables chooses a service in the catalogue or stands among those
// without one; an ARM type may leave it to a type above it.
func TestEveryTypeHasItsPlace(t *testing.T) {
	t.Parallel()
	f, services := readTestFacts(t), readServices(t)
	places := readTypePlaces(t, f, services)
	for name, ids := range places.chosen {
		if places.none[name] != "" {
			t.Errorf("%s chooses %v and no service", name, ids)
		}
	}
	for _, row := range f.types {
		if row.service != "" && len(services[row.service].Documents) == 0 {
			t.Errorf("%s%s: the catalogue has no service %s", row.azurerm, row.arm, row.service)
		}
		if row.azurerm != "" {
			places.checkAzurerm(t, row)
		}
		places.checkARM(t, row)
	}
}

func (p typePlaces) checkAzurerm(t *testing.T, row typeRow) {
	t.Helper()
	ids, reason := p.chosen[row.azurerm], p.none[row.azurerm]
	oneOfSeveral := p.decided[row.azurerm] && len(ids) > 1 && slices.Contains(ids, row.service)
	if oneOfSeveral || reason == attachedReason {
		return
	}
	asRow := slices.Equal(ids, []string{row.service})
	if row.service == "" {
		asRow = len(ids) == 0 && reason == row.reason
	}
	if !asRow {
		t.Errorf("%s chooses %v (%s), expected %q (%s)", row.azurerm, ids, reason, row.service, row.reason)
	}
}

func (p typePlaces) checkARM(t *testing.T, row typeRow) {
	t.Helper()
	nearest := strings.ToLower(row.arm)
	for nearest != "" && p.chosen[nearest] == nil && p.none[nearest] == "" {
		nearest = parentType(nearest)
	}
	if row.arm == "" || p.decided[nearest] || p.decided[strings.ToLower(row.arm)] {
		return
	}
	asRow := slices.Contains(p.chosen[nearest], row.service)
	if row.service == "" {
		asRow = nearest != ""
	}
	if !asRow {
		t.Errorf("%s chooses %v by %q, expected %q", row.arm, p.chosen[nearest], nearest, row.service)
	}
}

func TestEveryLifecycleRowIsShown(t *testing.T) {
	t.Parallel()
	f, services := readTestFacts(t), readServices(t)
	for _, row := range f.life {
		s, ok := services[row.service]
		if !ok {
			t.Errorf("the catalogue has no service %s", row.service)
			continue
		}
		if row.scope == "service" && row.stage != "renamed" && len(row.date) == len("2006-01-02") {
			s.checkRetirement(t, row)
			continue
		}
		if !s.hasNotice(row) {
			t.Errorf("%s has no notice of %q", s.ID, row.scope)
		}
		if row.stage == "renamed" && strings.HasPrefix(row.scope, "service") && !s.isFoundAs(row.nameNow) {
			t.Errorf("%s is not found as %q", s.ID, row.nameNow)
		}
	}
	for _, want := range []struct{ service, name string }{
		{"azure-cognitive-search", "Azure Cognitive Search"},
		{"azure-cognitive-search", "Azure AI Search"},
		{"azure-kubernetes-service", "Azure Kubernetes Service (AKS)"},
		{"azure-spring-apps", "Azure Spring Cloud"},
		{"microsoft-sentinel", "Azure Sentinel"},
	} {
		if !services[want.service].isFoundAs(want.name) {
			t.Errorf("%s is not found as %q", want.service, want.name)
		}
	}
}

func (s catalogService) isFoundAs(name string) bool {
	return s.Name == name || slices.Contains(s.FormerNames, name)
}

func (s catalogService) checkRetirement(t *testing.T, row lifeRow) {
	t.Helper()
	life := s.Lifecycle
	if life.RetiredOn != row.date || life.Source.URL != row.source.url || (life.Successor == "") != (row.successor == "") {
		t.Errorf("%s retires on %q by %s, expected %q by %s", s.ID, life.RetiredOn, life.Source.URL, row.date, row.source.url)
	}
}

func (s catalogService) hasNotice(row lifeRow) bool {
	for _, n := range s.Lifecycle.Notices {
		if n.Scope == row.scope && n.Stage == row.stage && n.Date == row.date && n.Source.URL == row.source.url &&
			(n.Successor == "") == (row.successor == "" && row.nameNow == "") {
			return true
		}
	}
	return false
}

// The benchmark's workbook speaks of these versions and no others.
var workbookVersions = []string{"NIST SP 800-53 rev4", "CIS Controls v7.1", "CIS Controls v8", "PCI DSS v3.2.1"}

func TestMappings(t *testing.T) {
	t.Parallel()
	f := readTestFacts(t)
	type claim struct{ control, framework, version, identifier string }
	claims := map[claim][]string{}
	for _, m := range readCatalog(t, "mappings.yaml").Mappings {
		for _, id := range m.Identifiers {
			c := claim{m.Control, m.Framework, m.Version, id}
			claims[c] = append(claims[c], m.Confidence)
			if strings.Contains(m.Source, " MCSB v1 xlsx row ") && !slices.Contains(workbookVersions, m.Framework+" "+m.Version) {
				t.Errorf("%s: %s %s is not of the benchmark's workbook", m.Control, m.Framework, m.Version)
			}
		}
	}
	for _, r := range f.crosswalk {
		if !slices.Contains(claims[claim{r.control, r.framework, r.version, r.identifier}], r.confidence) {
			t.Errorf("%s lacks %s %s %s with the confidence %s", r.control, r.framework, r.version, r.identifier, r.confidence)
		}
	}
	byID := map[string][]mapRow{}
	for _, r := range f.requirement {
		byID[r.control] = append(byID[r.control], r)
	}
	ids, err := f.requirements()
	if err != nil {
		t.Fatal(err)
	}
	for control, id := range ids {
		if !slices.Contains(claims[claim{control, "MCSB", "v1", id}], "high") {
			t.Errorf("%s lacks MCSB %s", control, id)
		}
		for _, r := range byID[id] {
			if len(claims[claim{control, r.framework, r.version, r.identifier}]) == 0 {
				t.Errorf("%s lacks %s %s %s", control, r.framework, r.version, r.identifier)
			}
		}
	}
	for control := range shared {
		if id := shared[control]; ids[id] == "" {
			t.Errorf("no feature is %s", id)
		}
	}
}

// Notes and conditions are in our own words. The vendor's texts are no part of the
// repository, so this runs where somebody has them.
func TestNotesAreOurOwn(t *testing.T) {
	t.Parallel()
	if *workbooksDir == "" {
		t.Skip("needs -workbooks")
	}
	const size = 6 // words in a row that nobody writes twice by chance
	grams := func(s string) map[string]bool {
		words := regexp.MustCompile(`[a-z0-9']+`).FindAllString(strings.ToLower(s), -1)
		out := map[string]bool{}
		for i := 0; i+size <= len(words); i++ {
			out[strings.Join(words[i:i+size], " ")] = true
		}
		return out
	}
	f := readTestFacts(t)
	sources := map[string]map[string]bool{}
	for _, b := range f.files {
		sources[b.file] = map[string]bool{}
		for _, cell := range workbookTexts(t, filepath.Join(*workbooksDir, b.file+workbookSuffix)) {
			maps.Copy(sources[b.file], grams(cell))
		}
	}
	for key, n := range f.notes {
		for gram := range grams(n.text + " | " + n.condition) {
			if sources[key.file][gram] {
				t.Errorf("row %s of %s: the note says %q as the workbook does", key.row, key.file, gram)
			}
		}
	}
}

// workbookTexts are the texts of all cells, wherever the workbook keeps them.
func workbookTexts(t *testing.T, name string) []string {
	t.Helper()
	book, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	var texts []string
	for _, part := range book.File {
		if !strings.HasPrefix(part.Name, "xl/worksheets/sheet") && part.Name != "xl/sharedStrings.xml" {
			continue
		}
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		found, err := cellTexts(r)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, found...)
	}
	if len(texts) == 0 {
		t.Fatalf("%s has no texts", name)
	}
	return texts
}

// cellTexts are the texts of cells in a part of a workbook. A text ends with its cell: it
// may be of several runs.
func cellTexts(r io.Reader) ([]string, error) {
	var texts []string
	var text strings.Builder
	inText := false
	for dec := xml.NewDecoder(r); ; {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return texts, nil
		}
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			inText = token.Name.Local == "t"
		case xml.CharData:
			if inText {
				text.Write(token)
			}
		case xml.EndElement:
			inText = false
			if token.Name.Local == "si" || token.Name.Local == "is" {
				texts = append(texts, text.String())
				text.Reset()
			}
		}
	}
}
