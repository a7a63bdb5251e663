package main

import (
	"fmt"
	"path/filepath"
	"slices"
)

// What the grouping of goals.csv is called in mappings.yaml. It is no framework of
// anybody's: its source says whose it is.
const (
	goalsFramework = "goals"
	goalsVersion   = "v1"
	goalsSource    = "a grouping of this catalogue's own, across clouds; no framework's and no vendor's"
)

// readGoals reads which controls reach the same goal in different clouds: each of them by
// itself, since a requirement asks for one of a group.
func readGoals(dir string) ([]mapRow, error) {
	const name = "goals.csv"
	var rows []mapRow
	err := readTable(filepath.Join(dir, name), "goal,control", func(r []string) {
		rows = append(rows, mapRow{r[1], goalsFramework, goalsVersion, r[0], goalsSource, "medium"})
	})
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		if slices.Contains(rows[:i], row) {
			return nil, fmt.Errorf("%s has %s of %s twice", name, row.control, row.identifier)
		}
	}
	return rows, nil
}
