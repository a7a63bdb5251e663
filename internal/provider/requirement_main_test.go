package provider_test

import (
	"os"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

func TestMain(m *testing.M) { os.Exit(acctest.Main(m)) }
