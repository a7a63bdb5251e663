package oci

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/security-controls/terraform-provider-controls/internal/boundedfile"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// The media types that matter.
const (
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	indexType    = "application/vnd.oci.image.index.v1+json"
	// BundleType is a Sigstore bundle, as a file and as an artifact.
	BundleType = "application/vnd.dev.sigstore.bundle.v0.3+json"
)

// The annotations of a layer, as "oras push" writes them.
const (
	titleAnnotation  = "org.opencontainers.image.title"
	unpackAnnotation = "io.deis.oras.content.unpack"
)

// manifest is what is read of a manifest.
type manifest struct {
	MediaType    string       `json:"mediaType"`
	ArtifactType string       `json:"artifactType"`
	Config       descriptor   `json:"config"`
	Layers       []descriptor `json:"layers"`
}

type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int64             `json:"size"`
	Annotations map[string]string `json:"annotations"`
}

// artifactType is what the artifact is, which older tools say by the type of its config.
func (m *manifest) artifactType() string {
	if m.ArtifactType != "" {
		return m.ArtifactType
	}
	return m.Config.MediaType
}

// Limits bound the files of an artifact.
type Limits struct {
	Files      int
	FileBytes  int64 // of one
	TotalBytes int64
}

// Verify accepts a bundle that is attached to the manifest with a digest, or says why not.
type Verify func(bundle, digest string) error

// Artifact is files in a registry.
type Artifact struct {
	Digest string // of the manifest
	Names  []string
	FS     fs.FS
}

// Artifact reads an artifact whose layers are files, as "oras push" writes them. verify, if it
// is not nil, has to accept a bundle that is attached to the manifest; nothing of an artifact is
// looked at before, but whether it is one.
func (c *Client) Artifact(ctx context.Context, r Reference, limits Limits, verify Verify) (*Artifact, error) {
	ctx, cancel := c.timeout(ctx)
	defer cancel()
	data, err := c.read(ctx, r, manifests, content{digest: r.Digest, size: -1, limit: maxManifest, what: "the manifest"})
	if err != nil {
		return nil, err
	}
	m, err := parseManifest(data)
	if err != nil {
		return nil, err
	}
	digest := canonicaljson.Digest(data)
	if verify != nil {
		if err := c.verifySigned(ctx, r, digest, int64(len(data)), verify); err != nil {
			return nil, err
		}
	}
	layers, err := fileLayers(m, limits)
	if err != nil {
		return nil, err
	}
	files := make(files, len(layers))
	out := &Artifact{Digest: digest, FS: files}
	for _, l := range layers {
		out.Names = append(out.Names, l.Annotations[titleAnnotation])
	}
	contents, err := c.readLayers(ctx, r, layers, limits)
	if err != nil {
		return nil, err
	}
	for i, name := range out.Names {
		files[name] = contents[i]
	}
	return out, nil
}

// fileLayers are the layers of a manifest, once they are known to be files.
func fileLayers(m *manifest, limits Limits) ([]descriptor, error) {
	if n := len(m.Layers); n == 0 || n > limits.Files {
		return nil, words.Errorf("the artifact has %d layers, expected 1 to %d files as \"oras push\" writes "+
			"them", n, limits.Files)
	}
	total := int64(0)
	names := map[string]bool{}
	for _, l := range m.Layers {
		name := l.Annotations[titleAnnotation]
		what := words.Sprintf("the file %q", words.Clip(name, 200))
		switch {
		case name == "":
			return nil, words.Errorf("the layer %s has no name in the annotation %s: write the artifact with \"oras push\", "+
				"one file a layer; an image of containers is none", words.Clip(l.Digest, 80), titleAnnotation)
		case l.Annotations[unpackAnnotation] != "":
			return nil, words.Errorf("%s is a packed folder: name the files of the folder to \"oras push\", and not the "+
				"folder", what)
		case !isPath(name):
			return nil, words.Errorf("%s has a name that is not accepted, expected a path below the artifact, with \"/\" "+
				"between folders, of which no part begins with \".\", at most %d bytes and none of them hidden", what, maxName)
		case names[name]:
			return nil, words.Errorf("%s is there twice", what)
		case !digestForm.MatchString(l.Digest):
			return nil, words.Errorf("%s has the digest %q, expected \"sha256:\" and 64 hexadecimal digits", what,
				words.Clip(l.Digest, 80))
		case l.Size < 0 || l.Size > limits.FileBytes:
			return nil, tooLarge(what, l.Size, limits.FileBytes)
		}
		names[name] = true
		if total += l.Size; total > limits.TotalBytes {
			return nil, words.Errorf("the files have more than %s together, expected at most that",
				boundedfile.Size(limits.TotalBytes))
		}
	}
	for name := range names {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if names[dir] {
				return nil, words.Errorf("%q is a file and a folder", words.Clip(dir, 200))
			}
		}
	}
	return m.Layers, nil
}

// maxName is how many bytes the name of a file may have: errors and assessments repeat it.
const maxName = 500

// isPath reports whether a name is one that errors and assessments can repeat, and that is the
// same on every machine.
func isPath(name string) bool {
	return fs.ValidPath(name) && name != "." && len(name) <= maxName && !strings.ContainsAny(name, "\\:") &&
		!strings.HasPrefix(name, ".") && !strings.Contains(name, "/.") && !strings.ContainsFunc(name, plaintext.Deceptive)
}

// parseManifest reads the manifest of one artifact.
func parseManifest(data []byte) (*manifest, error) {
	var m manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, errors.New("the manifest is not one of an artifact: it is no JSON of that form")
	}
	switch m.MediaType {
	case manifestType, "":
		return &m, nil
	case indexType:
		return nil, errors.New("this is an index of several manifests: name the digest of one, as \"oras push\" prints it")
	}
	return nil, words.Errorf("the manifest has the media type %q, expected %q", words.Clip(m.MediaType, 200), manifestType)
}

// readLayers reads the files side by side, in the order of the layers.
func (c *Client) readLayers(ctx context.Context, r Reference, layers []descriptor, limits Limits) ([][]byte, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	contents := make([][]byte, len(layers))
	errs := make([]error, len(layers))
	var wg sync.WaitGroup
	slots := make(chan struct{}, sideBySide)
	for i, l := range layers {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			contents[i], errs[i] = c.read(ctx, r, blobs, content{
				digest: l.Digest, size: l.Size, limit: limits.FileBytes,
				what: words.Sprintf("the file %q", l.Annotations[titleAnnotation]),
			})
			if errs[i] != nil && ctx.Err() == nil {
				cancel() // the others would wait for nothing
			}
		})
	}
	wg.Wait()
	return contents, firstCause(errs)
}
