package ocitest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Docker is a docker-registry on loopback, as Debian packages it. Unlike Registry it has no
// list of what is attached to a manifest.
type Docker struct {
	// Host is its address, "localhost:" and the port: clients speak HTTP with that.
	Host string

	cmd *exec.Cmd
}

// StartDocker starts a docker-registry that keeps what it has in a folder. Stop stops it.
func StartDocker(ctx context.Context, dir string) (*Docker, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err := errors.Join(err, l.Close()); err != nil {
		return nil, err
	}
	config := filepath.Join(dir, "config.yml")
	text := fmt.Sprintf("version: 0.1\nlog:\n  level: error\n  accesslog:\n    disabled: true\nstorage:\n  filesystem:\n"+
		"    rootdirectory: %q\nhttp:\n  addr: 127.0.0.1:%s\n", filepath.Join(dir, "data"), port)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	d := &Docker{Host: "localhost:" + port, cmd: exec.CommandContext(ctx, "docker-registry", "serve", config)}
	if err := d.cmd.Start(); err != nil {
		return nil, fmt.Errorf("docker-registry cannot be started: %w; it is in Debian's package of that name", err)
	}
	for range 100 {
		time.Sleep(100 * time.Millisecond)
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:"+port+"/v2/", http.NoBody)
		if err != nil {
			return nil, err
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			continue
		}
		return d, resp.Body.Close()
	}
	d.Stop()
	return nil, errors.New("docker-registry does not answer within 10 s")
}

// Stop stops the registry.
func (d *Docker) Stop() {
	_ = d.cmd.Process.Kill()
	_ = d.cmd.Wait()
}
