package oci

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/boundedfile"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
)

// cache keeps content in files that are called as its digest. There is no index: a file is
// there whole or not at all, and is believed no further than its digest.
//
//	DIR/sha256/<hex>                      content
//	DIR/signatures/<hex>/<hex of bundle>  bundles that are attached to a manifest
//	DIR/tmp/<hex>-…                       what is being written
//
// Others may be able to write there, and the folder may be one that holds other things: only
// files that are called like this are read or deleted, and no link leads out of it.
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

// hexForm is how content is called in the cache.
var hexForm = lazyregexp.Regexp{Expression: `^[0-9a-f]{64}$`}

// tempForm is how a file is called that is being written.
var tempForm = lazyregexp.Regexp{Expression: `^[0-9a-f]{64}-[0-9A-Z]+$`}

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
	root, err := os.OpenRoot(c.dir)
	if err != nil {
		return nil, false
	}
	defer root.Close()
	return verified(root, "sha256/"+hexOf(want.digest), want.size, limit)
}

// verified reads a file of the cache, and deletes it where it is not what its name says.
func verified(root *os.Root, name string, size, limit int64) ([]byte, bool) {
	if _, err := root.Lstat(name); err != nil {
		return nil, false
	}
	data, err := boundedfile.Read(root.FS(), name, limit)
	if err != nil || size >= 0 && int64(len(data)) != size || hexOf(canonicaljson.Digest(data)) != path.Base(name) {
		_ = root.RemoveAll(name) // where it cannot be deleted, it is not used all the same
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
	root, err := os.OpenRoot(c.dir)
	if err != nil {
		return nil
	}
	defer root.Close()
	folder := "signatures/" + hexOf(manifest)
	entries, err := fs.ReadDir(root.FS(), folder)
	if err != nil {
		return nil
	}
	var out [][]byte
	for _, entry := range entries[:min(len(entries), maxSignatures)] {
		if !hexForm.MatchString(entry.Name()) {
			continue
		}
		if data, ok := verified(root, folder+"/"+entry.Name(), -1, maxBundle); ok {
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
	c.note(c.store("signatures/"+hexOf(manifest), hexOf(canonicaljson.Digest(data)), data))
}

// store writes a file whole: nobody ever sees a part of it under its name.
func (c *cache) store(folder, name string, data []byte) error {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return err
	}
	root, err := os.OpenRoot(c.dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, dir := range []string{folder, "tmp"} {
		if err := root.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	c.sweep.Do(func() { sweep(root) })
	temp := "tmp/" + name + "-" + rand.Text()
	f, err := root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	write := writeSynced
	if c.write != nil {
		write = c.write
	}
	err = errors.Join(write(f, data), f.Close())
	if err == nil {
		err = root.Rename(temp, folder+"/"+name)
	}
	if err != nil {
		_ = root.Remove(temp)
		return err
	}
	if d, err := root.Open(folder); err == nil { // so that the name survives a power cut; Windows cannot
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
func sweep(root *os.Root) {
	entries, err := fs.ReadDir(root.FS(), "tmp")
	if err != nil {
		return
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err == nil && tempForm.MatchString(entry.Name()) && time.Since(info.ModTime()) > maxTempAge {
			_ = root.Remove("tmp/" + entry.Name())
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
