//go:build unix

package hclscan

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func TestPipeIsNotOpened(t *testing.T) {
	t.Parallel()
	root := tree{"main.tf": `resource "a_b" "x" {}`}.write(t)
	if err := syscall.Mkfifo(filepath.Join(root, "pipe.tf"), 0o644); err != nil {
		t.Skip(err)
	}
	done := make(chan bool)
	go func() {
		defer close(done)
		expectError(t, root, withModules, "pipe.tf: is not a regular file")
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("waits for somebody to write to the pipe")
	}
}
