// Command import builds the parts of the embedded catalogue that come from tables: all
// documents but those of the series "Security controls", the resource types and the
// lifecycle of each service, what types.yaml says of Google Cloud, and mappings.yaml. What
// people wrote by hand in the same files stays as it is, byte for byte.
//
//	go run ./import -facts import/facts -data ../internal/catalog/embedded/data > changes.csv
//
// It writes only files whose content changes, so that a new edition of a table is one
// command and a diff that can be reviewed, and prints which answers of the catalogue
// change, as a table. facts/README.md says where the tables come from.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	log.SetFlags(0)
	var opts options
	flag.StringVar(&opts.facts, "facts", "import/facts", "folder with the tables")
	flag.StringVar(&opts.data, "data", "../internal/catalog/embedded/data", "folder of the catalogue")
	flag.BoolVar(&opts.noNotices, "no-notices", false, "leave lifecycle.notices out")
	flag.Parse()
	if flag.NArg() > 0 {
		log.Fatalf("unexpected argument %q", flag.Arg(0))
	}
	opts.report = os.Stdout
	if err := run(opts, log.Printf); err != nil {
		log.Fatal(err)
	}
}

type options struct {
	facts, data string
	noNotices   bool
	// report takes what the run changes in the catalogue's answers, as a table.
	report io.Writer
}

// Made here, since they follow from the same decisions as what is in the catalogue.
const (
	// withoutService lists the types that choose no service, with the reason.
	withoutService = "types-without-service.csv"
	// rulesLeftOut lists the rules of vendors that are no statements, since an older
	// document says more.
	rulesLeftOut = "rules-left-out.csv"
)

// run brings the catalogue up to date with the facts. Everything is made before
// anything is written: an error leaves the catalogue as it was.
func run(opts options, logf func(string, ...any)) error {
	m, err := makeAll(opts, logf)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(m.files)) {
		if err := writeChanged(name, m.files[name], logf); err != nil {
			return err
		}
	}
	if len(m.changes) == 0 || opts.report == nil {
		return nil
	}
	table, err := report(m.changes)
	if err != nil {
		return err
	}
	_, err = opts.report.Write(table)
	return err
}

// made is what a run makes.
type made struct {
	files   map[string][]byte
	left    []leftOut
	changes []change
}

func makeAll(opts options, logf func(string, ...any)) (*made, error) {
	labels, adverse, err := readDefinitions(filepath.Join(opts.data, "definitions.yaml"))
	if err != nil {
		return nil, err
	}
	m := &made{files: map[string][]byte{}}
	services, err := m.readAll(opts, labels)
	if err != nil {
		return nil, err
	}
	categories, err := readCategories(opts.facts)
	if err != nil {
		return nil, err
	}
	if err := checkServices(opts.data, services, categories); err != nil {
		return nil, err
	}
	settings, err := settingsFiles(opts, services, adverse, logf)
	if err != nil {
		return nil, err
	}
	maps.Copy(m.files, settings)
	var refused error
	for _, s := range services {
		s.categories = categories[s.id]
		refused = errors.Join(refused, m.service(opts.data, s, adverse, logf))
	}
	if refused != nil {
		return nil, refused
	}
	m.files[filepath.Join(opts.facts, rulesLeftOut)], err = tableOf(m.left)
	return m, err
}

// checkServices refuses services that are misspelt in one of the tables, or gone from them.
func checkServices(dir string, services []service, categories map[string][]string) error {
	named := map[string]bool{}
	for _, s := range services {
		named[s.id] = true
		_, err := os.Stat(filepath.Join(dir, s.cloud, s.id+".yaml"))
		if len(s.documents) == 0 && errors.Is(err, fs.ErrNotExist) {
			// The catalogue has no service without a document.
			return fmt.Errorf("%s: no document speaks of the service, expected the id of another one, or a row about it", s.id)
		}
	}
	unknown := slices.DeleteFunc(slices.Sorted(maps.Keys(categories)), func(id string) bool { return named[id] })
	if len(unknown) > 0 {
		return fmt.Errorf("%s has %s, expected services of the other tables", categoriesTable, strings.Join(unknown, ", "))
	}
	return noOtherServices(dir, services)
}

// noOtherServices refuses files of services with documents that the tables would make, but of
// no service that they name any more: what they say would go on counting. A service that
// people alone wrote about is named in no table.
func noOtherServices(dir string, services []service) error {
	named, series := map[string]bool{}, map[string]bool{}
	for _, s := range services {
		named[filepath.Join(dir, s.cloud, s.id+".yaml")] = true
		for _, one := range s.series {
			series[one] = true
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.yaml"))
	if err != nil {
		return err
	}
	for _, name := range files {
		if named[name] || filepath.Base(filepath.Dir(name)) == settingsFolder {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		documents, err := writtenIn(text)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, d := range documents {
			if series[d.Series] {
				return fmt.Errorf("%s: the tables name no such service, and the document %s is one of theirs: "+
					"expected it to be removed, or the service to be named", name, d.ID)
			}
		}
	}
	return nil
}

// readAll reads the facts of all clouds: the services, and what is not about one.
func (m *made) readAll(opts options, labels map[string]string) ([]service, error) {
	f, err := readFacts(opts.facts)
	if err != nil {
		return nil, err
	}
	aws, err := readAWS(opts.facts)
	if err != nil {
		return nil, err
	}
	goals, err := readGoals(opts.facts)
	if err != nil {
		return nil, err
	}
	mappings, err := f.mappings(labels, slices.Concat(aws.crosswalk, goals))
	if err != nil {
		return nil, err
	}
	azureServices, unclaimed, err := f.made(labels, opts.noNotices)
	if err != nil {
		return nil, err
	}
	awsServices, err := aws.made(labels)
	if err != nil {
		return nil, err
	}
	gcpServices, err := m.gcp(opts, labels)
	if err != nil {
		return nil, err
	}
	m.files[filepath.Join(opts.data, "mappings.yaml")] = mappings
	m.files[filepath.Join(opts.facts, withoutService)] = unclaimed
	return slices.Concat(awsServices, azureServices, gcpServices), nil
}

// gcp reads the facts of Google Cloud, and makes the rules of types.yaml that follow from
// them.
func (m *made) gcp(opts options, labels map[string]string) ([]service, error) {
	f, err := readGCP(opts.facts)
	if err != nil {
		return nil, err
	}
	name := filepath.Join(opts.data, "types.yaml")
	types, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if m.files[name], err = f.rules(types); err != nil {
		return nil, err
	}
	return f.made(labels)
}

// service makes the file of a service.
func (m *made) service(dir string, s service, adverse map[string]bool, logf func(string, ...any)) error {
	name := filepath.Join(dir, s.cloud, s.id+".yaml")
	old, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	before, err := writtenIn(old)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	kept := slices.DeleteFunc(slices.Clone(before), func(d spoken) bool { return slices.Contains(s.series, d.Series) })
	left, err := s.settle(kept, adverse)
	if err != nil {
		return err
	}
	m.left = append(m.left, left...)
	text, err := serviceFile(name, old, s, logf)
	if err != nil {
		return err
	}
	m.files[name] = text
	after := kept
	for _, d := range s.documents {
		after = append(after, d.spoken())
	}
	m.changes = append(m.changes, changesOf(s.id, answers(before, adverse), answers(after, adverse))...)
	return nil
}

// made are the services of Azure with what the tables say of them, and the table of the
// types that choose none of them.
func (f *facts) made(labels map[string]string, noNotices bool) (services []service, unclaimed []byte, err error) {
	documents, err := f.documents(labels)
	if err != nil {
		return nil, nil, err
	}
	tables, err := f.tableDocuments(labels)
	if err != nil {
		return nil, nil, err
	}
	types, unclaimed, err := f.resourceTypes()
	if err != nil {
		return nil, nil, err
	}
	lives, err := f.lifecycles()
	if err != nil {
		return nil, nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(f.names)) {
		life := lives[id]
		if life != nil && noNotices {
			life = life.withoutNotices()
		}
		services = append(services, service{
			id: id, cloud: "azure", series: f.series(), name: f.names[id],
			types: types[id], life: life, documents: slices.Concat(documents[id], tables[id]),
		})
	}
	return services, unclaimed, nil
}

// series are those of the documents that the tables about Azure make.
func (f *facts) series() []string {
	all := []string{benchmarkSeries}
	for _, row := range f.tables {
		all = append(all, row.kind.series)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// serviceFile is the new content of a service's file.
func serviceFile(name string, old []byte, s service, logf func(string, ...any)) ([]byte, error) {
	if old == nil {
		return s.file(), nil
	}
	made, remarks, err := s.splice(old)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for _, remark := range remarks {
		logf("%s: %s", s.id, remark)
	}
	return made, nil
}

func writeChanged(name string, content []byte, logf func(string, ...any)) error {
	old, err := os.ReadFile(name)
	if err == nil && bytes.Equal(old, content) {
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	logf("writing %s", strings.TrimPrefix(filepath.ToSlash(name), "./"))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, content, 0o644)
}
