package oci_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/oci"
)

// childVariable makes the test's binary a process that loads an artifact: "load", or
// "stop" for one that stops while it writes.
const childVariable = "OCI_TEST_CHILD"

// child is another process: its arguments are the reference and the folder of the cache.
func child() int {
	ref, err := oci.ParseReference(os.Getenv("OCI_TEST_REFERENCE"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	c := oci.New(oci.Options{CacheDir: os.Getenv("OCI_TEST_CACHE")})
	if os.Getenv(childVariable) == "stop" {
		c.WriteBy(func(f *os.File, data []byte) error {
			if _, err := f.Write(data[:len(data)/2]); err != nil {
				return err
			}
			fmt.Println("written in part")
			time.Sleep(time.Hour)
			return nil
		})
	}
	a, err := c.Artifact(context.Background(), ref, limits, nil)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	for _, f := range sample {
		file, err := a.FS.Open(f.Name)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		_ = file.Close()
	}
	fmt.Println(a.Digest)
	return 0
}
