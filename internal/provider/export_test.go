package provider

import "time"

// AddToDraft adds a section as a process does that was configured at a time.
func AddToDraft(path string, configured time.Time) func(section string) error {
	return (&draftFile{path: path, started: configured}).add
}
