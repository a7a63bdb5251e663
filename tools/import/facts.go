package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// facts are the tables, one slice or map each, in the order of their rows.
type facts struct {
	features    []feature
	notes       map[rowKey]note
	files       []baselineFile
	names       map[string]names // by service id
	titles      map[string]string
	types       []typeRow
	choices     []choice
	life        []lifeRow
	remarks     map[string]string // by service id
	crosswalk   []mapRow
	requirement []mapRow // by MCSB id instead of control
	tables      []tableRow
	// alsoAbout names, by row of a baseline, another service that the row is about.
	alsoAbout map[rowKey]string
	clears    map[rowKey]string // why a row may clear a condition of an older document
}

// rowKey is a row of a baseline's table, numbered as in the workbook.
type rowKey struct{ file, row string }

// feature is a row of a baseline's table.
type feature struct {
	rowKey
	published, category                  string
	mcsb, name                           string
	supported, enabled, whose, reference string
}

// note is what the free text beside a row says, in our own words; its status counts
// more than the row's.
type note struct {
	status, condition string
	planned, preview  bool
	text              string
}

type baselineFile struct{ service, file string }

type names struct {
	now    string
	former []string
}

// typeRow is an azurerm type with the ARM type behind it.
type typeRow struct{ azurerm, arm, service, reason string }

// choice overrides typeRow for one type: an attribute and a value that choose the
// service, or a service for a type that rows of several services share, or no service
// and the reason why.
type choice struct{ typ, attribute, value, service, reason string }

type lifeRow struct {
	service, stage, date, scope, successor, nameNow string
	source                                          source
}

type source struct{ title, url, published string }

type mapRow struct{ control, framework, version, identifier, source, confidence string }

// noFeature names a row that stands for "this requirement has no feature": not a statement.
const noFeature = "No Related Feature"

func readFacts(dir string) (*facts, error) {
	f := &facts{
		notes: map[rowKey]note{}, names: map[string]names{}, titles: map[string]string{}, remarks: map[string]string{},
		alsoAbout: map[rowKey]string{}, clears: map[rowKey]string{},
	}
	var readErr error
	read := func(name, header string, row func(r []string)) {
		if readErr == nil {
			readErr = readTable(filepath.Join(dir, name), header, row)
		}
	}
	const featureColumns = "file,committed,category,hosts_customer_content,deploys_in_vnet,row,mcsb_id,domain," +
		"feature,supported,enabled_by_default,responsibility,reference"
	read("mcsb-features.csv", featureColumns, func(r []string) {
		f.features = append(f.features, feature{rowKey{r[0], r[5]}, r[1], r[2], r[6], r[8], r[9], r[10], r[11], r[12]})
	})
	read("mcsb-notes.csv", "file,row,status,condition,planned,preview,note", func(r []string) {
		f.notes[rowKey{r[0], r[1]}] = note{r[2], r[3], r[4] == "true", r[5] == "true", r[6]}
	})
	read("services.csv", "id,series,file", func(r []string) {
		f.files = append(f.files, baselineFile{r[0], r[2]})
	})
	read("names.csv", "service,name,former_names", func(r []string) {
		n := names{now: r[1]}
		if r[2] != "" {
			n.former = strings.Split(r[2], "; ")
		}
		f.names[r[0]] = n
	})
	read("titles.csv", "file,title", func(r []string) { f.titles[r[0]] = r[1] })
	read("mcsb-shared-rows.csv", "file,row,service", func(r []string) { f.alsoAbout[rowKey{r[0], r[1]}] = r[2] })
	read("mcsb-clears.csv", "file,row,clears", func(r []string) { f.clears[rowKey{r[0], r[1]}] = r[2] })
	f.readTypes(read)
	const lifeColumns = "service,stage,date,scope,successor,name_now,source_title,source_url,source_date,confidence"
	read("lifecycle.csv", lifeColumns, func(r []string) {
		f.life = append(f.life, lifeRow{r[0], r[1], r[2], r[3], r[4], r[5], source{r[6], r[7], r[8]}})
	})
	const wholeColumns = "service,retired_on,stage,successor,source_title,published,url,confidence,note"
	read("lifecycle-more.csv", wholeColumns, func(r []string) {
		f.life = append(f.life, lifeRow{r[0], r[2], r[1], wholeService, r[3], "", source{r[4], r[6], r[5]}})
	})
	read("lifecycle-remarks.csv", "service,notice", func(r []string) { f.remarks[r[0]] = r[1] })
	read("crosswalk.csv", "control,framework,framework_version,identifier,source,confidence", func(r []string) {
		f.crosswalk = append(f.crosswalk, mapRow{r[0], r[1], r[2], r[3], r[4], r[5]})
	})
	read("mcsb-crosswalk.csv", "mcsb_id,framework,framework_version,identifier", func(r []string) {
		f.requirement = append(f.requirement, mapRow{control: r[0], framework: r[1], version: r[2], identifier: r[3]})
	})
	if readErr == nil {
		readErr = f.readRestrictions(dir)
	}
	if readErr == nil {
		readErr = f.readTables(dir)
	}
	if readErr != nil {
		return nil, readErr
	}
	return f, f.check()
}

// readTypes reads the tables of types. Later tables say more of the types of earlier
// ones, and name the services that no baseline is about.
func (f *facts) readTypes(read func(name, header string, row func(r []string))) {
	place := map[string]int{}
	add := func(t typeRow) {
		if i, ok := place[t.azurerm]; ok && t.azurerm != "" {
			f.types[i] = t
			return
		}
		place[t.azurerm] = len(f.types)
		f.types = append(f.types, t)
	}
	read("resource-types.csv", "azurerm_type,arm_type,service,reason", func(r []string) {
		f.types = append(f.types, typeRow{r[0], r[1], r[2], r[3]})
		place[r[0]] = len(f.types) - 1
	})
	const moreColumns = "azurerm_type,arm_type,service,reason,state,first_version,last_version,source,url"
	read("types-more.csv", moreColumns, func(r []string) { add(typeRow{r[0], r[1], r[2], r[3]}) })
	read("new-services.csv", "id,name,azurerm_types,arm_types,documents,controls", func(r []string) {
		if f.names[r[0]].now == "" {
			f.names[r[0]] = names{now: r[1]}
		}
		for _, arm := range split(r[3]) {
			f.types = append(f.types, typeRow{"", arm, r[0], ""})
		}
	})
	read("type-choices.csv", "type,attribute,value,service,reason", func(r []string) {
		f.choices = append(f.choices, choice{r[0], r[1], r[2], r[3], r[4]})
	})
	read("arm-types-by-attribute.csv", "type,attribute,value,service", func(r []string) {
		f.choices = append(f.choices, choice{r[0], r[1], r[2], r[3], ""})
	})
}

// split are the entries of a cell that has several.
func split(cell string) []string {
	if cell == "" {
		return nil
	}
	return strings.Split(cell, "; ")
}

// readRestrictions reads the columns of the workbooks that restrict a feature beside the
// one for notes. A row that changes what the baseline says takes the place of its note;
// the others were read and change nothing.
func (f *facts) readRestrictions(dir string) error {
	const name = "guidance-restrictions.csv"
	var wrong error
	const columns = "file,row,service,control,status_now,condition_now,status,condition,planned,preview,note,change,published,url"
	err := readTable(filepath.Join(dir, name), columns, func(r []string) {
		if r[11] == "" || wrong != nil {
			return
		}
		key := rowKey{r[0], r[1]}
		was := f.notes[key]
		if was.status != "" && (was.status != r[4] || was.condition != r[5]) {
			wrong = fmt.Errorf("%s: row %s of %q is %s (%s) by mcsb-notes.csv, expected %s (%s)",
				name, r[1], r[0], was.status, was.condition, r[4], r[5])
			return
		}
		if r[8] != "" && r[8] != "planned" || r[9] != "" && r[9] != "preview" {
			wrong = fmt.Errorf("%s: row %s of %q has %q for planned and %q for preview, expected that word or nothing",
				name, r[1], r[0], r[8], r[9])
			return
		}
		f.notes[key] = note{r[6], r[7], r[8] != "", r[9] != "", strings.TrimSpace(was.text + " " + r[10])}
	})
	return cmp.Or(err, wrong)
}

// check refuses facts that point nowhere: a row that nothing would be made of.
func (f *facts) check() error {
	if err := f.checkBaselines(); err != nil {
		return err
	}
	for _, t := range f.types {
		if t.service == "" {
			continue
		}
		if err := f.checkService(t.service, "resource-types.csv"); err != nil {
			return err
		}
	}
	for _, c := range f.choices {
		if c.service == "" {
			continue
		}
		if err := f.checkService(c.service, "type-choices.csv"); err != nil {
			return err
		}
	}
	for _, l := range f.life {
		if err := f.checkService(l.service, "lifecycle.csv"); err != nil {
			return err
		}
	}
	for _, row := range f.features {
		if id := f.alsoAbout[row.rowKey]; id != "" {
			if err := f.checkService(id, "mcsb-shared-rows.csv"); err != nil {
				return err
			}
		}
	}
	return f.checkTables()
}

// checkService refuses a service without a name.
func (f *facts) checkService(id, table string) error {
	if f.names[id].now == "" {
		return fmt.Errorf("names.csv lacks the service %q of %s", id, table)
	}
	return nil
}

// checkBaselines holds the tables about the benchmark's workbooks against each other.
func (f *facts) checkBaselines() error {
	files := map[string]bool{}
	for _, b := range f.files {
		if files[b.file] = true; f.titles[b.file] == "" {
			return fmt.Errorf("titles.csv lacks the file %q of services.csv", b.file)
		}
		if err := f.checkService(b.service, "services.csv"); err != nil {
			return err
		}
	}
	rows := map[rowKey]bool{}
	for _, r := range f.features {
		if !files[r.file] {
			return fmt.Errorf("services.csv lacks the file %q of mcsb-features.csv", r.file)
		}
		if rows[r.rowKey] {
			return fmt.Errorf("mcsb-features.csv has row %s of %q twice", r.row, r.file)
		}
		rows[r.rowKey] = true
	}
	for key := range f.notes {
		if !rows[key] {
			return fmt.Errorf("mcsb-notes.csv has row %s of %q, which mcsb-features.csv lacks", key.row, key.file)
		}
	}
	return nil
}

func readTable(name, header string, row func([]string)) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if len(rows) == 0 || strings.Join(rows[0], ",") != header {
		return fmt.Errorf("%s: expected the columns %s", name, header)
	}
	for _, r := range rows[1:] {
		row(r)
	}
	return nil
}

var notIDCharacters = regexp.MustCompile(`[^a-z0-9]+`)

// kebab is the id that a name as documented becomes.
func kebab(name string) string {
	return strings.Trim(notIDCharacters.ReplaceAllString(strings.ToLower(name), "-"), "-")
}
