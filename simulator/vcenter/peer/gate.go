package main

import (
	"bytes"
	"fmt"
	"io/ioutil"
	"net/http"
	"regexp"
	"sync"
)

// gate stands before the simulator: it counts calls, ends sessions, and can keep silent.
type gate struct {
	behind  http.Handler
	clock   http.Handler
	lock    sync.Mutex
	calls   map[string]int
	alive   map[string]bool
	dropped map[string]bool
	silent  bool
}

// newGate stands before a handler; url answers with the time, or is empty.
func newGate(behind http.Handler, url string) *gate {
	made := &gate{behind: behind, clock: behind, calls: map[string]int{}, alive: map[string]bool{}, dropped: map[string]bool{}}
	if url != "" {
		made.clock = &clock{behind: behind, url: url}
	}
	return made
}

var sessionID = regexp.MustCompile(`vmware_soap_session="?([^";]+)`)

var called = regexp.MustCompile(`<(?:\w+:)?Body[^>]*>\s*<(?:\w+:)?(\w+)`)

func (g *gate) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	body, err := ioutil.ReadAll(in.Body)
	if err != nil {
		return
	}
	in.Body = ioutil.NopCloser(bytes.NewReader(body))
	method := ""
	if found := called.FindSubmatch(body); found != nil {
		method = string(found[1])
	}
	silent, ended := g.note(method, in)
	if silent {
		<-in.Context().Done()
		return
	}
	if ended {
		out.Header().Set("Content-Type", "text/xml; charset=utf-8")
		out.WriteHeader(http.StatusInternalServerError)
		fmt.Fprint(out, notAuthenticated)
		return
	}
	if method == "CurrentTime" {
		g.clock.ServeHTTP(out, in)
		return
	}
	g.behind.ServeHTTP(out, in)
	g.lock.Lock()
	defer g.lock.Unlock()
	if made := session(out.Header().Get("Set-Cookie")); made != "" {
		g.alive[made] = true
	}
}

// session is the id in a cookie, which clients send back in more than one form.
func session(cookie string) string {
	if found := sessionID.FindStringSubmatch(cookie); found != nil {
		return found[1]
	}
	return ""
}

func (g *gate) note(method string, in *http.Request) (silent, ended bool) {
	g.lock.Lock()
	defer g.lock.Unlock()
	if method != "" {
		g.calls[method]++
	}
	return g.silent, g.dropped[session(in.Header.Get("Cookie"))]
}

// drop ends every session that there is.
func (g *gate) drop() {
	g.lock.Lock()
	defer g.lock.Unlock()
	for id := range g.alive {
		g.dropped[id] = true
	}
}

func (g *gate) keepSilent(on bool) {
	g.lock.Lock()
	defer g.lock.Unlock()
	g.silent = on
}

func (g *gate) counts() map[string]int {
	g.lock.Lock()
	defer g.lock.Unlock()
	found := map[string]int{}
	for method, number := range g.calls {
		found[method] = number
	}
	return found
}

// The simulator answers reads of an ended session with nothing; vCenter says that nobody is logged in.
const notAuthenticated = `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<soapenv:Body><soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>The session is not authenticated.</faultstring>
<detail><NotAuthenticatedFault xmlns="urn:vim25" xsi:type="NotAuthenticated"><object type="ServiceInstance">ServiceInstance</object><privilegeId>System.View</privilegeId></NotAuthenticatedFault></detail>
</soapenv:Fault></soapenv:Body></soapenv:Envelope>`
