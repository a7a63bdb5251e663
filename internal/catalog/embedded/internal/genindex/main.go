// Command genindex checks every file of a catalogue directory (by default data, the
// embedded one), writes its index, index.json, into it, and packs all of it into data.zip
// beside it, which is what the binary has. "go generate" runs it in
// internal/catalog/embedded.
package main

import (
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/embedded"
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
	if err := os.WriteFile(filepath.Join(dir, embedded.IndexFile), data, 0o644); err != nil {
		log.Fatal(err)
	}
	packed, err := embedded.Pack(os.DirFS(dir))
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(dir+".zip", packed, 0o644); err != nil {
		log.Fatal(err)
	}
}
