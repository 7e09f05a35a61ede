package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"time"
)

// clock lets the vCenter's time be what is answered at a URL: in a simulated world that is the world's. It stands
// before the simulator, which does not let its ServiceInstance be replaced.
type clock struct {
	behind http.Handler
	url    string
}

var timeTold = regexp.MustCompile(`(<returnval>)[^<]*(</returnval>)`)

func (c *clock) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	answer := httptest.NewRecorder()
	c.behind.ServeHTTP(answer, in)
	for name, values := range answer.Header() {
		if name != "Content-Length" {
			out.Header()[name] = values
		}
	}
	body := answer.Body.Bytes()
	if now, err := c.now(); err == nil {
		body = timeTold.ReplaceAll(body, []byte("${1}"+now.Format(time.RFC3339Nano)+"${2}"))
	}
	out.WriteHeader(answer.Code)
	_, _ = out.Write(body)
}

func (c *clock) now() (time.Time, error) {
	var told struct{ Now time.Time }
	answer, err := http.Get(c.url)
	if err != nil {
		return told.Now, err
	}
	defer answer.Body.Close()
	return told.Now, json.NewDecoder(answer.Body).Decode(&told)
}
