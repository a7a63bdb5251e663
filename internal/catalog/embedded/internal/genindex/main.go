// Command genindex checks every file of a catalogue directory (by default data, the
// embedded one) and packs what it says, with an index, into data.zip beside it, which is
// what the binary has. "go generate" runs it in internal/catalog/embedded.
package main

import (
	"log"
	"os"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

func main() {
	log.SetFlags(0)
	dir := "data"
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	contents, err := build(os.DirFS(dir), catalog.DateOf(time.Now()))
	if err != nil {
		log.Fatal(err)
	}
	packed, err := contents.Pack()
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(dir+".zip", packed, 0o644); err != nil {
		log.Fatal(err)
	}
}
