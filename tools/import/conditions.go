package main

import (
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// The conditions that an argument decides: each row is a way of its own to show that a
// documented condition is met. That the condition is one of the catalogue's, word for word, a
// test of the embedded catalogue holds: some documents are written by hand.
const (
	conditionsFile   = "settings-conditions.csv"
	conditionsCloud  = "azure"
	conditionsHeader = "service,condition,controls,resource_type,attribute,on,off,absent,source"
)

// conditions makes the settings of conditions, by service.
func (r *settingsReader) conditions(opts options) (map[string]string, error) {
	type subject struct{ service, control, condition string }
	rows := map[subject][]settingRow{}
	err := readTable(filepath.Join(opts.facts, conditionsFile), conditionsHeader, func(f []string) {
		row := settingRow{service: f[0], typ: f[3], argument: f[4], on: f[5], off: f[6], absent: f[7], source: f[8], kind: "self"}
		for _, control := range strings.Fields(f[2]) {
			row.control = control
			of := subject{row.service, control, f[1]}
			rows[of] = append(rows[of], row)
		}
	})
	if err != nil {
		return nil, err
	}
	made := map[string]string{}
	t := settingsTables[0]
	t.file = conditionsFile
	for _, of := range slices.SortedFunc(maps.Keys(rows), func(a, b subject) int {
		return strings.Compare(path.Join(a.service, a.control, a.condition), path.Join(b.service, b.control, b.condition))
	}) {
		list := rows[of]
		if err := r.check(t, list[0]); err != nil {
			return nil, err
		}
		text := fmt.Sprintf("  - service: %s\n    control: %s\n    condition: %q\n    provider: %s\n    versions: %q\n    "+
			"ways:\n",
			of.service, of.control, of.condition, t.provider, t.versions(list))
		for _, row := range list {
			way, why := r.way([]settingRow{row})
			if why != "" {
				return nil, fmt.Errorf("%s: %s, %s: %s", conditionsFile, of.service, row.argument, why)
			}
			text += way
		}
		made[of.service] += text
	}
	return made, nil
}
