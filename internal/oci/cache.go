package oci

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/boundedfile"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
)

// cache keeps content in files that are called as its digest. There is no index: a file is
// there whole or not at all, and is believed no further than its digest.
//
//	DIR/sha256/<hex>                      content
//	DIR/signatures/<hex>/<hex of bundle>  bundles that are attached to a manifest
//	DIR/tmp/…                             what is being written
//
// The nil cache keeps nothing.
type cache struct {
	dir string
	// write replaces writeSynced in tests.
	write func(f *os.File, data []byte) error

	sweep sync.Once
	mu    sync.Mutex
	err   error // the first that put met
}

// maxTempAge is after what time a file that is being written is nobody's any more: a source
// takes a minute at most.
const maxTempAge = time.Hour

// hexOf is a digest without its algorithm.
func hexOf(digest string) string { return strings.TrimPrefix(digest, "sha256:") }

// get returns content that is in the cache and is what its name says. Anything else is
// deleted, and so fetched anew.
func (c *cache) get(want content) ([]byte, bool) {
	if c == nil || want.digest == "" {
		return nil, false
	}
	limit := want.limit
	if want.size >= 0 {
		limit = want.size
	}
	return c.verified("sha256", hexOf(want.digest), want.digest, want.size, limit)
}

// verified reads a file of the cache, and deletes it where it is not what it should be.
func (c *cache) verified(folder, name, digest string, size, limit int64) ([]byte, bool) {
	dir := filepath.Join(c.dir, folder)
	if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
		return nil, false
	}
	data, err := boundedfile.Read(os.DirFS(dir), name, limit)
	if err != nil || size >= 0 && int64(len(data)) != size || canonicaljson.Digest(data) != digest {
		_ = os.RemoveAll(filepath.Join(dir, name)) // where it cannot be deleted, it is not used all the same
		return nil, false
	}
	return data, true
}

// put keeps verified content. What prevents that is noted, and is no error.
func (c *cache) put(digest string, data []byte) {
	if c == nil || digest == "" {
		return
	}
	c.note(c.store("sha256", hexOf(digest), data))
}

// bundles returns the bundles that were attached to a manifest when somebody looked, those
// that are as they were.
func (c *cache) bundles(manifest string) [][]byte {
	if c == nil {
		return nil
	}
	folder := filepath.Join("signatures", hexOf(manifest))
	entries, err := os.ReadDir(filepath.Join(c.dir, folder))
	if err != nil {
		return nil
	}
	var out [][]byte
	for _, entry := range entries[:min(len(entries), maxSignatures)] {
		if data, ok := c.verified(folder, entry.Name(), "sha256:"+entry.Name(), -1, maxBundle); ok {
			out = append(out, data)
		}
	}
	return out
}

// putBundle keeps a bundle that is attached to a manifest.
func (c *cache) putBundle(manifest string, data []byte) {
	if c == nil {
		return
	}
	c.note(c.store(filepath.Join("signatures", hexOf(manifest)), hexOf(canonicaljson.Digest(data)), data))
}

// store writes a file whole: nobody ever sees a part of it under its name.
func (c *cache) store(folder, name string, data []byte) error {
	target, temps := filepath.Join(c.dir, folder), filepath.Join(c.dir, "tmp")
	for _, dir := range []string{target, temps} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	c.sweep.Do(func() { sweep(temps) })
	f, err := os.CreateTemp(temps, name+"-*")
	if err != nil {
		return err
	}
	write := writeSynced
	if c.write != nil {
		write = c.write
	}
	err = errors.Join(write(f, data), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(target, name))
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return err
	}
	if d, err := os.Open(target); err == nil { // so that the name survives a power cut; Windows cannot
		_ = d.Sync()
		_ = d.Close()
	}
	return nil
}

func writeSynced(f *os.File, data []byte) error {
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Sync()
}

// sweep deletes what killed processes left.
func sweep(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err == nil && time.Since(info.ModTime()) > maxTempAge {
			_ = os.Remove(filepath.Join(dir, entry.Name()))
		}
	}
}

func (c *cache) note(err error) {
	if err == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = err
	}
}

// problem says why something could not be kept.
func (c *cache) problem() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		return nil
	}
	reason := c.err
	var link *os.LinkError
	if errors.As(reason, &link) {
		reason = link.Err
	}
	return fmt.Errorf("what was fetched cannot be kept in %s: %w. It is verified and used, and fetched again the next time: "+
		"make room there, or let %s name a folder that can be written", c.dir, boundedfile.Reason(reason), CacheVariable)
}

// CacheDir is the folder of the cache: that of the environment variable CacheVariable, or one
// in the user's folder for caches; "" where there is neither.
func CacheDir() string {
	if dir := os.Getenv(CacheVariable); dir != "" {
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "" // without HOME: everything is fetched each time
	}
	return filepath.Join(dir, "terraform-provider-controls")
}
