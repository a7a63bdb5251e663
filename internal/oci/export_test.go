package oci

import (
	"net/http"
	"net/url"
	"os"
	"time"
)

// Hurry makes further attempts wait for next to nothing.
func (c *Client) Hurry() *Client {
	c.transport().firstWait = time.Millisecond
	return c
}

// Trust makes the client use another transport below its own.
func (c *Client) Trust(base http.RoundTripper) *Client {
	c.transport().base = base
	return c
}

// Through makes the client use a proxy.
func (c *Client) Through(proxy *url.URL) *Client {
	if base, ok := c.transport().base.(*http.Transport); ok {
		base.Proxy = http.ProxyURL(proxy)
	}
	return c
}

func (c *Client) transport() *transport {
	t, ok := c.auth.Client.Transport.(*transport)
	if !ok {
		panic("another transport")
	}
	return t
}

// WriteBy replaces how files of the cache are written.
func (c *Client) WriteBy(write func(f *os.File, data []byte) error) *Client {
	c.cache.write = write
	return c
}
