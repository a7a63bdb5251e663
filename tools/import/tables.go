package main

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// tableKind is what the editions of one table have in common: azure-cmk-2026.csv is an
// edition of azure-cmk.
type tableKind struct {
	table, series string
	document      string // the id of its documents, without the date
	// byRow says that each row has a page of its own, as a built-in policy has: its
	// document is named after the page.
	byRow   bool
	license string
}

// tableRow is what an edition of a table says about one control of one service.
type tableRow struct {
	where                                      string // file and line, for messages
	kind                                       *tableKind
	service, control, label, status, condition string
	planned                                    bool
	notes                                      string
	page                                       page
	row                                        string // what the table calls the service
	clears                                     string // why it may clear a condition of an older document
}

// page is a document as it was on a day.
type page struct{ title, published, url string }

const (
	tableColumns = "service,control,label,status,condition,planned,notes,document_title,published,url,row_label,review,clears"
	policySeries = "Azure Policy built-in definitions"
)

var edition = regexp.MustCompile(`^(.+)-\d{4}\.csv$`)

// readTables reads the editions of the vendor's tables: every file that is named after a
// table and a year, so that a new edition is a new file and nothing else.
func (f *facts) readTables(dir string) error {
	kinds := map[string]*tableKind{}
	err := readTable(filepath.Join(dir, "azure-tables.csv"), "table,series,document,one_page_a_row,license", func(r []string) {
		kinds[r[0]] = &tableKind{table: r[0], series: r[1], document: r[2], byRow: r[3] == "true", license: r[4]}
	})
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(dir, "azure-*.csv"))
	if err != nil {
		return err
	}
	for _, name := range files {
		m := edition.FindStringSubmatch(filepath.Base(name))
		if m == nil {
			continue
		}
		kind := kinds[m[1]]
		if kind == nil {
			return fmt.Errorf("azure-tables.csv lacks the table %q of %s", m[1], filepath.Base(name))
		}
		line := 1
		err := readTable(name, tableColumns, func(r []string) {
			line++
			f.tables = append(f.tables, tableRow{
				where: fmt.Sprintf("%s, row %d", filepath.Base(name), line), kind: kind,
				service: r[0], control: r[1], label: r[2], status: r[3], condition: r[4], planned: r[5] == "true",
				notes: r[6], page: page{r[7], r[8], r[9]}, row: r[10], clears: r[12],
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// checkTables refuses rows of which nothing would be made.
func (f *facts) checkTables() error {
	for _, row := range f.tables {
		if err := f.checkService(row.service, row.where); err != nil {
			return err
		}
		if (row.status == "conditional") != (row.condition != "") {
			return fmt.Errorf("%s: the status is %q and the condition %q", row.where, row.status, row.condition)
		}
	}
	return nil
}

// tableDocuments are those of each service that the tables make: one for each edition, or
// for each page of a table whose rows have pages of their own.
func (f *facts) tableDocuments(labels map[string]string) (map[string][]document, error) {
	documents := map[string][]document{}
	pages := map[string]page{}
	for _, row := range f.tables {
		st, err := row.statement(labels, f.names[row.service].now)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", row.where, err)
		}
		id, err := row.documentID()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", row.where, err)
		}
		if known, ok := pages[id]; ok && known != row.page {
			return nil, fmt.Errorf("%s: the document %s is already %q, %s", row.where, id, known.title, known.url)
		}
		pages[id] = row.page
		list := documents[row.service]
		i := slices.IndexFunc(list, func(d document) bool { return d.id == id })
		if i < 0 {
			i, list = len(list), append(list, document{
				id: id, series: row.kind.series, publisher: "Microsoft", license: row.kind.license, compact: true,
				title: row.page.title, published: row.page.published, url: row.page.url,
			})
		}
		list[i].add(st)
		documents[row.service] = list
	}
	return documents, nil
}

func (r tableRow) statement(labels map[string]string, service string) (statement, error) {
	st := statement{
		control: r.control, status: r.status, condition: r.condition, planned: r.planned, notes: r.notes,
		clears: r.clears,
	}
	usual, ok := labels[r.control]
	if !ok {
		return st, fmt.Errorf("definitions.yaml lacks the control %q", r.control)
	}
	if usual != r.label {
		st.label = r.label
	}
	if !r.kind.byRow && r.row != "" && r.row != service && !strings.Contains(r.notes, r.row) {
		st.notes = strings.TrimSpace(fmt.Sprintf("Listed as %q. %s", r.row, r.notes))
	}
	return st, nil
}

// documentID is the id of the document that a row belongs to.
func (r tableRow) documentID() (string, error) {
	if !r.kind.byRow {
		return r.kind.document + "-" + r.page.published, nil
	}
	u, err := url.Parse(r.page.url)
	if err != nil {
		return "", err
	}
	name := strings.TrimSuffix(path.Base(u.Path), path.Ext(u.Path))
	if name == "" || name == "/" || name == "." {
		return "", errors.New("the address names no file")
	}
	const longest = 100 // of the catalogue's ids
	stem := kebab(path.Base(path.Dir(u.Path)) + " " + name)
	if room := longest - len(r.kind.document) - len(r.page.published) - len("--"); len(stem) > room {
		stem = strings.TrimRight(stem[:room], "-") // a second page of the same id is an error
	}
	return r.kind.document + "-" + stem + "-" + r.page.published, nil
}
