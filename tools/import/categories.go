package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

const categoriesTable = "categories.csv"

// readCategories reads which categories each service is in, in the order of the table, each
// after the broader one that it is within: what could stand in for a service is in all of
// its categories.
func readCategories(folder string) (map[string][]string, error) {
	categories := map[string][]string{}
	var wrong error
	seen := map[string]bool{}
	err := readTable(filepath.Join(folder, categoriesTable), "category,within,services", func(row []string) {
		if wrong == nil && seen[row[0]] {
			wrong = fmt.Errorf("%s has the category %q twice", categoriesTable, row[0])
		}
		seen[row[0]] = true
		for _, service := range strings.Fields(row[2]) {
			for _, category := range []string{row[1], row[0]} {
				if !slices.Contains(categories[service], category) {
					categories[service] = append(categories[service], category)
				}
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return categories, wrong
}
