// Command import builds the parts of the embedded catalogue that come from tables: the
// documents of the series "Microsoft cloud security benchmark v1" and "AWS
// documentation", the resource types and the lifecycle of each service, and
// mappings.yaml. What people wrote by hand in the
// same files stays as it is, byte for byte.
//
//	go run ./import -facts import/facts -data ../internal/catalog/embedded/data
//
// It writes only files whose content changes, so that a new edition of a table is one
// command and a diff that can be reviewed. facts/README.md says where the tables come
// from.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
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
	if err := run(opts, log.Printf); err != nil {
		log.Fatal(err)
	}
}

type options struct {
	facts, data string
	noNotices   bool
}

// withoutService lists the types that choose no service, with the reason. It is made
// here, since it follows from the same decisions as the types in the catalogue.
const withoutService = "types-without-service.csv"

// run brings the catalogue up to date with the facts. Everything is made before
// anything is written: an error leaves the catalogue as it was.
func run(opts options, logf func(string, ...any)) error {
	f, err := readFacts(opts.facts)
	if err != nil {
		return err
	}
	aws, err := readAWS(opts.facts)
	if err != nil {
		return err
	}
	definitions, err := readDefinitions(filepath.Join(opts.data, "definitions.yaml"))
	if err != nil {
		return err
	}
	mappings, err := f.mappings(definitions, aws.crosswalk)
	if err != nil {
		return err
	}
	azureServices, unclaimed, err := f.made(definitions, opts.noNotices)
	if err != nil {
		return err
	}
	awsServices, err := aws.made(definitions)
	if err != nil {
		return err
	}

	files := map[string][]byte{
		filepath.Join(opts.data, "mappings.yaml"): mappings,
		filepath.Join(opts.facts, withoutService): unclaimed,
	}
	categories, err := readCategories(opts.facts)
	if err != nil {
		return err
	}
	for _, s := range slices.Concat(awsServices, azureServices) {
		s.categories = categories[s.id]
		name := filepath.Join(opts.data, s.cloud, s.id+".yaml")
		made, err := serviceFile(name, s, logf)
		if err != nil {
			return err
		}
		if made != nil {
			files[name] = made
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := writeChanged(name, files[name], logf); err != nil {
			return err
		}
	}
	return nil
}

// made are the services of Azure with what the tables say of them, and the table of the
// types that choose none of them.
func (f *facts) made(labels map[string]string, noNotices bool) (services []service, unclaimed []byte, err error) {
	documents, err := f.documents(labels)
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
			id: id, cloud: "azure", series: benchmarkSeries, name: f.names[id],
			types: types[id], life: life, documents: documents[id],
		})
	}
	return services, unclaimed, nil
}

// serviceFile is the new content of a service's file, nil where no document speaks of
// the service: the catalogue has no service without one.
func serviceFile(name string, s service, logf func(string, ...any)) ([]byte, error) {
	old, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && len(s.documents) == 0:
		logf("%s: no document, so its %d types and its lifecycle are left out", s.id, len(s.types))
		return nil, nil
	case errors.Is(err, fs.ErrNotExist):
		return s.file(), nil
	case err != nil:
		return nil, err
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
