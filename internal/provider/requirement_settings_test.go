package provider

import (
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
)

// Every scalar argument that a requirement has is read; enforcement apart, which the
// provider's floor decides with.
func TestRequirementModel_readsEverySetting(t *testing.T) {
	t.Parallel()
	for _, s := range assess.Settings() {
		if value := (&requirementModel{}).setting(s.Name); (value == nil) != (s.Name == assess.SettingEnforcement) {
			t.Errorf("%s is read as %v", s.Name, value)
		}
	}
}
