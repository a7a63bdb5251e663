package main

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/gopenpgp/v2/crypto"
	"github.com/opentofu/tofudl"
)

const version = "1.2.3"

// files is what a mirror has, by name.
type files map[string][]byte

// mirror takes the files of a release.
type mirror struct {
	tofudl.Mirror
	files files
}

// CreateVersion implements tofudl.Mirror.
func (m mirror) CreateVersion(context.Context, tofudl.Version) error { return nil }

// CreateVersionAsset implements tofudl.Mirror.
func (m mirror) CreateVersionAsset(_ context.Context, _ tofudl.Version, name string, content []byte) error {
	m.files[name] = content
	return nil
}

func newKey(t *testing.T) (key *crypto.Key, public string) {
	t.Helper()
	key, err := crypto.GenerateKey("somebody", "somebody@example.com", "x25519", 0)
	if err != nil {
		t.Fatal(err)
	}
	public, err = key.GetArmoredPublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return key, public
}

// published returns the files of a release of program, signed by key.
func published(t *testing.T, key *crypto.Key, program []byte) files {
	t.Helper()
	builder, err := tofudl.NewReleaseBuilder(key)
	if err != nil {
		t.Fatal(err)
	}
	if err := builder.PackageBinary(tofudl.PlatformAuto, tofudl.ArchitectureAuto, program, nil); err != nil {
		t.Fatal(err)
	}
	got := files{}
	if err := builder.Build(t.Context(), version, mirror{files: got}); err != nil {
		t.Fatal(err)
	}
	return got
}

// archive returns the name of the one archive.
func (f files) archive(t *testing.T) string {
	t.Helper()
	for name := range f {
		if strings.HasSuffix(name, ".tar.gz") {
			return name
		}
	}
	t.Fatal("no archive")
	return ""
}

func TestRelease(t *testing.T) {
	t.Parallel()
	program := bytes.Repeat([]byte("a program "), 1000)
	key, public := newKey(t)
	other, _ := newKey(t)
	for name, test := range map[string]struct {
		change func(t *testing.T, f files)
		want   string
	}{
		"good": {},
		"signed by somebody else": {
			change: func(t *testing.T, f files) {
				t.Helper()
				const name = "tofu_" + version + "_SHA256SUMS.gpgsig"
				f[name] = published(t, other, program)[name]
			},
			want: "Signature verification failed",
		},
		"checksums changed after they were signed": {
			change: func(_ *testing.T, f files) {
				const name = "tofu_" + version + "_SHA256SUMS"
				f[name] = append(f[name], '\n')
			},
			want: "Signature verification failed",
		},
		"another archive": {
			change: func(t *testing.T, f files) {
				t.Helper()
				f[f.archive(t)] = published(t, key, []byte("another program"))[f.archive(t)]
			},
			want: "invalid checksum",
		},
		"truncated archive": {
			change: func(t *testing.T, f files) { t.Helper(); f[f.archive(t)] = f[f.archive(t)][:20] },
			want:   "invalid checksum",
		},
		"no archive for the platform": {
			change: func(t *testing.T, f files) { t.Helper(); delete(f, f.archive(t)) },
			want:   "404 Not Found",
		},
	} {
		t.Run(name, func(t *testing.T) {
			// Not in parallel: the library changes a key while it signs.
			release := published(t, key, program)
			if test.change != nil {
				test.change(t, release)
			}
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				content, ok := release[filepath.Base(r.URL.Path)]
				if !ok {
					http.NotFound(w, r)
					return
				}
				_, _ = w.Write(content)
			}))
			t.Cleanup(server.Close)
			mirror := server.URL + "/v{{ .Version }}/{{ .Artifact }}"
			from := source{version: version, mirror: mirror, key: public, wait: time.Minute}
			check(t, from, program, test.want)
		})
	}
}

// check gets a release, and looks at what is in its directory afterwards.
func check(t *testing.T, s source, program []byte, want string) {
	t.Helper()
	dir := t.TempDir()
	err := s.write(t.Context(), filepath.Join(dir, "tofu"))
	if want != "" {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want %q", err, want)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("left %v behind, %v", left, err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(dir, "tofu"))
	if err != nil || !bytes.Equal(got, program) {
		t.Errorf("got %d bytes, want the %d of the program, %v", len(got), len(program), err)
	}
}

func TestReleaseCutOff(t *testing.T) {
	t.Parallel()
	_, public := newKey(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write([]byte("half of it"))
	}))
	t.Cleanup(server.Close)
	from := source{version: version, mirror: server.URL + "/{{ .Artifact }}", key: public, wait: time.Minute}
	check(t, from, nil, "unexpected EOF")
}

// A server that takes the connection and says nothing, at once or in the middle, keeps
// nobody waiting.
func TestReleaseSilent(t *testing.T) {
	t.Parallel()
	_, public := newKey(t)
	done := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/middle/") {
			_, _ = w.Write([]byte("half of it"))
			_ = http.NewResponseController(w).Flush()
		}
		<-done
	}))
	t.Cleanup(func() { close(done); server.Close() })
	for _, path := range []string{"/start/", "/middle/"} {
		from := source{version: version, mirror: server.URL + path + "{{ .Artifact }}", key: public, wait: 100 * time.Millisecond}
		check(t, from, nil, "no answer for 100ms")
	}
}

func TestReleaseUnreachable(t *testing.T) {
	t.Parallel()
	_, public := newKey(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	from := source{version: version, mirror: "http://" + address + "/{{ .Artifact }}", key: public, wait: time.Minute}
	check(t, from, nil, "refused")
}
