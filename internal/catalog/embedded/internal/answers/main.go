// Command answers prints what the embedded catalogue answers, as a table: for each service,
// on every day on which a document about it was published, the statement that counts for
// each control. The importer in tools works the same out of the files by itself, to report
// what a new edition changes; its tests hold the two against each other.
package main

import (
	"encoding/csv"
	"io"
	"log"
	"maps"
	"os"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
)

func main() {
	log.SetFlags(0)
	c, err := loader.Catalog(loader.Options{Embedded: true})
	if err != nil {
		log.Fatal(err)
	}
	if err := write(os.Stdout, c); err != nil {
		log.Fatal(err)
	}
}

func write(out io.Writer, c *catalog.Catalog) error {
	table := csv.NewWriter(out)
	rows := [][]string{{"service", "as_of", "control", "status", "condition", "document", "published"}}
	for _, id := range c.ServiceIDs() {
		s, err := c.Service(id)
		if err != nil {
			return err
		}
		var days []catalog.Date
		for _, d := range s.Documents { // oldest first
			days = append(days, d.Published)
		}
		for _, day := range slices.Compact(days) {
			b, err := c.Baseline(id, day)
			if err != nil {
				return err
			}
			for _, control := range slices.Sorted(maps.Keys(b.Controls)) {
				st := b.Controls[control]
				rows = append(rows, []string{
					id, string(day), control, string(st.Status), st.Condition, st.Document.ID, string(st.Document.Published),
				})
			}
		}
	}
	return table.WriteAll(rows)
}
