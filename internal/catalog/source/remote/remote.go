// Package remote opens sources that are artifacts in OCI registries.
package remote

import (
	"context"
	"fmt"
	"sync"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/source"
	"github.com/security-controls/terraform-provider-controls/internal/oci"
)

// Artifact is a source in a registry: its layers are the files. One layer is a file, whatever its
// name, and several are a directory.
type Artifact struct {
	// Client is asked for on first use.
	Client func() *oci.Client
	// Reference is "registry/repository@sha256:…", or "registry/repository:tag", of which it is
	// looked up in every run what it leads to.
	Reference string
	// NoTag says why a tag is not enough; "" where it is.
	NoTag string
	// Verify has to accept a bundle that is attached to the artifact; nil for any artifact.
	Verify oci.Verify
}

// Problem says what is wrong with a reference, "" for nothing. It opens no connection.
func (a Artifact) Problem() string {
	_, err := a.reference()
	if err != nil {
		return err.Error()
	}
	return ""
}

func (a Artifact) reference() (oci.Reference, error) {
	r, err := oci.ParseReference(a.Reference)
	switch {
	case err != nil:
		return r, err
	case r.Digest != "":
		return r, nil
	case a.NoTag != "":
		return r, fmt.Errorf("the reference has no digest, expected %s/%s@sha256:…, as \"oras push\" and \"oras resolve\" "+
			"print it: %s",
			r.Registry, r.Repository, a.NoTag)
	case r.Tag == "":
		return r, fmt.Errorf("the reference has neither tag nor digest, expected one, such as %s/%s:current", r.Registry,
			r.Repository)
	}
	return r, nil
}

// Open reads the artifact, whole. Errors are of type fault.Error.
func (a Artifact) Open() (*source.Source, error) {
	shown := "oci" // what cannot be read may have a password in it
	r, err := oci.ParseReference(a.Reference)
	if err == nil {
		shown = r.String()
		r, err = a.reference()
	}
	if err != nil {
		return nil, &fault.Error{File: shown, Message: err.Error()}
	}
	artifact, err := a.Client().Artifact(context.Background(), r, oci.Limits{
		Files: source.MaxSourceFiles, FileBytes: source.MaxFileBytes, TotalBytes: source.MaxSourceBytes,
	}, a.Verify)
	if err != nil {
		return nil, &fault.Error{File: shown, Message: err.Error()}
	}
	r.Tag, r.Digest = "", artifact.Digest
	s := &source.Source{Name: r.String(), FS: artifact.FS, Shown: shown}
	if len(artifact.Names) == 1 {
		s.File, s.Shown = artifact.Names[0], shown+"/"+artifact.Names[0]
	}
	return s, nil
}

// Start opens artifacts side by side, and returns for each how to wait for it.
func Start(artifacts []*Artifact) []func() (*source.Source, error) {
	opened := make([]func() (*source.Source, error), len(artifacts))
	for i, a := range artifacts {
		if a == nil {
			continue
		}
		opened[i] = sync.OnceValues(a.Open)
		go func() { _, _ = opened[i]() }()
	}
	return opened
}
