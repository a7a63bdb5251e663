package embedded_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/embedded"
)

// TestEmbeddedSettings holds the settings to what who asks for them relies on: they are in
// the file of their service, speak of types that the service, or what they protect, has, and
// bind what they make of absence to versions of a provider.
func TestEmbeddedSettings(t *testing.T) {
	t.Parallel()
	layer, err := embedded.Layer()
	if err != nil {
		t.Fatal(err)
	}
	c := catalog.New(layer)
	names, err := filepath.Glob(filepath.Join("data", "settings", "*.yaml"))
	if err != nil || len(names) < 140 {
		t.Fatalf("%d files of settings, %v", len(names), err)
	}
	controls := map[string]bool{}
	for _, name := range names {
		service := strings.TrimSuffix(filepath.Base(name), ".yaml")
		settings, err := c.Settings(service)
		if err != nil || len(settings) == 0 {
			t.Fatalf("%s: %d settings, %v", service, len(settings), err)
		}
		for _, s := range settings {
			controls[s.Service+"/"+s.Control] = true
			if s.Service != service {
				t.Errorf("%s has a setting of %s", name, s.Service)
			}
			checkSetting(t, c, name, s)
		}
	}
	if len(controls) < 550 {
		t.Errorf("settings of %d controls of services", len(controls))
	}
	if settings, err := c.Settings("no-such-service"); err != nil || settings != nil {
		t.Errorf("of no service: %v, %v", settings, err)
	}
}

// checkSetting holds a setting of a file to what does not depend on the others.
func checkSetting(t *testing.T, c *catalog.Catalog, file string, s *catalog.Setting) {
	t.Helper()
	if s.Provider == "" || s.Versions == "" {
		t.Errorf("%s: %s of %s is for all versions of all providers", file, s.Control, s.Type)
	}
	if s.Companion != nil && (s.Companion.RefersBy == "" || len(s.Companion.Protects) == 0) {
		t.Errorf("%s: the companion %s of %s does not say whom it protects", file, s.Type, s.Control)
	}
	if b, err := c.Baseline(s.Service, ""); s.Condition != "" && (err != nil ||
		b.Controls[s.Control].Condition != s.Condition) {
		t.Errorf("%s: no document in force states the condition %q of %s (%v)", file, s.Condition, s.Control, err)
	}
	d, known := c.Definition(s.Control)
	if !known || d.Adverse() != (s.Role == catalog.SettingAdverse) {
		t.Errorf("%s: the role of %s is %q", file, s.Control, s.Role)
	}
}
