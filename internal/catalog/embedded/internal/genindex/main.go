// Command genindex checks every file of a catalogue directory (by default data, the
// embedded one) and writes its index, index.json, into it. "go generate" runs it in
// internal/catalog/embedded.
package main

import (
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

func main() {
	log.SetFlags(0)
	dir := "data"
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	index, err := buildIndex(os.DirFS(dir), catalog.DateOf(time.Now()))
	if err != nil {
		log.Fatal(err)
	}
	data, err := index.Encode()
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "index.json"), data, 0o644); err != nil {
		log.Fatal(err)
	}
}
