package oci_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/oci"
	"github.com/security-controls/terraform-provider-controls/internal/oci/ocitest"
)

// BenchmarkArtifact reads a catalogue of a hundred files from the cache, as every plan does
// but the first, beside reading the same files from a directory.
func BenchmarkArtifact(b *testing.B) {
	b.Setenv("DOCKER_CONFIG", b.TempDir())
	registry, dir, cache := ocitest.Start(b), b.TempDir(), b.TempDir()
	var files []ocitest.File
	for i := range 100 {
		f := ocitest.File{Name: fmt.Sprintf("service-%03d.yaml", i), Content: fmt.Sprintf("%03d %04000d\n", i, 0)}
		if err := os.WriteFile(filepath.Join(dir, f.Name), []byte(f.Content), 0o600); err != nil {
			b.Fatal(err)
		}
		files = append(files, f)
	}
	digest, err := registry.Push(repository, "1.0", ocitest.CatalogType, files...)
	if err != nil {
		b.Fatal(err)
	}
	ref := oci.Reference{Registry: registry.Host, Repository: repository, Digest: digest}
	bounds := oci.Limits{Files: 100, FileBytes: 1 << 20, TotalBytes: 1 << 20}
	if _, err := oci.New(oci.Options{CacheDir: cache}).Artifact(context.Background(), ref, bounds, nil); err != nil {
		b.Fatal(err)
	}
	registry.Close()
	b.Run("warm", func(b *testing.B) {
		for b.Loop() {
			if _, err := oci.New(oci.Options{CacheDir: cache}).Artifact(context.Background(), ref, bounds, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("directory", func(b *testing.B) {
		for b.Loop() {
			for _, f := range files {
				if _, err := fs.ReadFile(os.DirFS(dir), f.Name); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
