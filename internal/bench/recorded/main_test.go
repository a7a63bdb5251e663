package main

import (
	"context"
	"errors"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// counting answers with what it is asked, and counts.
type counting struct {
	tfprotov6.ProviderServer
	asked    int
	messages []*tfprotov6.Diagnostic
	err      error
}

func (c *counting) ReadDataSource(
	_ context.Context, req *tfprotov6.ReadDataSourceRequest,
) (*tfprotov6.ReadDataSourceResponse, error) {
	c.asked++
	return &tfprotov6.ReadDataSourceResponse{State: req.Config, Diagnostics: c.messages}, c.err
}

// What was answered once is answered again without asking, each question with its own answer.
func TestRecorded(t *testing.T) {
	t.Parallel()
	c := &counting{}
	r := &recorded{c, t.TempDir()}
	for range 3 {
		for _, config := range []string{"a", "b"} {
			resp, err := r.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{
				TypeName: "controls_profile", Config: &tfprotov6.DynamicValue{MsgPack: []byte(config)},
			})
			if err != nil || string(resp.State.MsgPack) != config {
				t.Fatalf("%q is answered by %v, %v", config, resp, err)
			}
		}
	}
	if c.asked != 2 {
		t.Errorf("asked %d times for two answers", c.asked)
	}
}

// What cannot be recorded would be measured as the CLI's own time.
func TestRecorded_refuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]*counting{
		"a warning": {messages: []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityWarning}}},
		"an error":  {err: errors.New("broken")},
	} {
		r := &recorded{c, t.TempDir()}
		for range 2 {
			_, err := r.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{
				TypeName: "controls_profile", Config: &tfprotov6.DynamicValue{},
			})
			if err == nil {
				t.Errorf("%s is recorded", name)
			}
		}
	}
}
