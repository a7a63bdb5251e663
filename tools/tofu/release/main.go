// Command release gets OpenTofu's release for this platform, checks its signature, and
// writes the program to a file:
//
//	go run . VERSION FILE
//
// Nothing is written unless the list of checksums is signed by OpenTofu's key, which is
// part of tofudl, and the archive has the checksum of the list. Where the release cannot
// be reached, it gives up within seconds.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/opentofu/tofudl"
)

// maxFile bounds what is read into memory: an archive has 30 MB.
const maxFile = 256 << 20

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: release VERSION FILE")
		os.Exit(2)
	}
	from := source{version: os.Args[1], wait: 8 * time.Second}
	if err := from.write(context.Background(), os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// source is one release of OpenTofu, and where it comes from.
type source struct {
	version string
	// mirror is a template of addresses, and key what signs there; OpenTofu's own where
	// they are empty.
	mirror, key string
	// wait is how long a server may be silent.
	wait time.Duration
}

// write gets the program and puts it into file, whole or not at all.
func (s source) write(ctx context.Context, file string) error {
	program, err := s.get(ctx)
	if err != nil {
		return err
	}
	part, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".part*")
	if err != nil {
		return err
	}
	defer os.Remove(part.Name())
	_, err = part.Write(program)
	if err := errors.Join(err, part.Chmod(0o755), part.Close()); err != nil {
		return err
	}
	return os.Rename(part.Name(), file)
}

// get returns the program of the release.
func (s source) get(ctx context.Context) ([]byte, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	reader := &patientReader{wait: s.wait, cancel: cancel}
	opts := []tofudl.ConfigOpt{tofudl.ConfigHTTPClient(&http.Client{Transport: reader})}
	if s.mirror != "" {
		opts = append(opts, tofudl.ConfigDownloadMirrorURLTemplate(s.mirror), tofudl.ConfigGPGKey(s.key))
	}
	downloader, err := tofudl.New(opts...)
	if err != nil {
		return nil, err
	}
	// The names are known, so that the list of all versions need not be asked for.
	version := tofudl.VersionWithArtifacts{ID: tofudl.Version(s.version)}
	if err := version.ID.Validate(); err != nil {
		return nil, err
	}
	platform, err := tofudl.PlatformAuto.ResolveAuto()
	if err != nil {
		return nil, err
	}
	arch, err := tofudl.ArchitectureAuto.ResolveAuto()
	if err != nil {
		return nil, err
	}
	prefix := "tofu_" + s.version
	version.Files = []string{
		prefix + "_SHA256SUMS", prefix + "_SHA256SUMS.gpgsig", fmt.Sprintf("%s_%s_%s.tar.gz", prefix, platform, arch),
	}
	program, err := downloader.DownloadVersion(ctx, version, platform, arch)
	// Why a transfer ended says more than that what arrived has another checksum.
	if reader.err != nil {
		return nil, reader.err
	}
	return program, err
}

// patientReader is a transport that gives up on a server which is silent for too long, and
// on answers that are too large. It keeps the first error, since tofudl does not say why
// an archive is incomplete.
type patientReader struct {
	wait   time.Duration
	cancel context.CancelFunc
	err    error
}

// RoundTrip implements http.RoundTripper.
func (p *patientReader) RoundTrip(request *http.Request) (*http.Response, error) {
	var response *http.Response
	err := p.within(func() (err error) {
		response, err = http.DefaultTransport.RoundTrip(request)
		return err
	})
	if err != nil {
		return nil, p.keep(fmt.Errorf("%s: %w", request.URL.Host, err))
	}
	if response.StatusCode >= http.StatusBadRequest {
		_ = p.keep(fmt.Errorf("%s: %s", request.URL, response.Status))
	}
	response.Body = &body{ReadCloser: response.Body, reader: p, left: maxFile, from: request.URL.Host}
	return response, nil
}

// within calls do, which ends early when it takes too long: the request is given up.
func (p *patientReader) within(do func() error) error {
	silent := time.AfterFunc(p.wait, p.cancel)
	err := do()
	if !silent.Stop() && err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("no answer for %s", p.wait)
	}
	return err
}

func (p *patientReader) keep(err error) error {
	if p.err == nil {
		p.err = err
	}
	return err
}

type body struct {
	io.ReadCloser
	reader *patientReader
	left   int
	from   string
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (n int, err error) {
	err = b.reader.within(func() (err error) {
		n, err = b.ReadCloser.Read(p)
		return err
	})
	b.left -= n
	if b.left < 0 {
		err = fmt.Errorf("more than %d MiB", maxFile>>20)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = b.reader.keep(fmt.Errorf("%s: %w", b.from, err))
	}
	return n, err
}
