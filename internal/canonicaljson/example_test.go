package canonicaljson_test

import (
	"fmt"

	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
)

// The same value always has the same bytes, whatever order it was put together in.
func ExampleMarshal() {
	out, err := canonicaljson.Marshal(map[string]any{"service": "azure-key-vault", "compliant": true, "note": "a < b"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(out))
	// Output: {"compliant":true,"note":"a < b","service":"azure-key-vault"}
}

func ExampleDigest() {
	fmt.Println(canonicaljson.Digest([]byte(`{}`)))
	// Output: sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
}
