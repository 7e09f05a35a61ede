package main

import (
	"net"
	"sync"
)

// door is where connections arrive: it can be shut, and it can let them in and leave them standing in silence.
type door struct {
	address string
	lock    sync.Mutex
	inner   net.Listener
	silent  bool
	guests  map[net.Conn]bool
	let     chan net.Conn
}

func newDoor(address string) *door {
	made := &door{address: address, guests: map[net.Conn]bool{}, let: make(chan net.Conn)}
	check(made.unlock())
	return made
}

// unlock takes connections, from the second time on at the same port.
func (d *door) unlock() error {
	inner, err := net.Listen("tcp", d.address)
	if err != nil {
		return err
	}
	d.address, d.inner = inner.Addr().String(), inner
	go d.watch(inner)
	return nil
}

func (d *door) watch(inner net.Listener) {
	for {
		guest, err := inner.Accept()
		if err != nil {
			return
		}
		if d.welcome(inner, guest) {
			d.let <- &visitor{Conn: guest, door: d}
		}
	}
}

func (d *door) welcome(inner net.Listener, guest net.Conn) bool {
	d.lock.Lock()
	defer d.lock.Unlock()
	if d.inner != inner {
		guest.Close()
		return false
	}
	d.guests[guest] = true
	return !d.silent
}

// behave shuts the door or keeps silent from now on; connections that there are end on a change.
func (d *door) behave(shut, silent bool) error {
	d.lock.Lock()
	defer d.lock.Unlock()
	if shut == (d.inner == nil) && silent == d.silent {
		return nil
	}
	d.silent = silent
	d.clear()
	if shut && d.inner != nil {
		d.inner.Close()
		d.inner = nil
	}
	if !shut && d.inner == nil {
		return d.unlock()
	}
	return nil
}

// drop ends every connection.
func (d *door) drop() {
	d.lock.Lock()
	defer d.lock.Unlock()
	d.clear()
}

func (d *door) clear() {
	for guest := range d.guests {
		guest.Close()
	}
	d.guests = map[net.Conn]bool{}
}

func (d *door) forget(guest net.Conn) {
	d.lock.Lock()
	defer d.lock.Unlock()
	delete(d.guests, guest)
}

// Accept, Close and Addr make it what a server listens on, through all of its openings.
func (d *door) Accept() (net.Conn, error) { return <-d.let, nil }

// Close is what a server does at its end, which is that of the program.
func (d *door) Close() error { return nil }

// Addr is where it is.
func (d *door) Addr() net.Addr {
	found, _ := net.ResolveTCPAddr("tcp", d.address)
	return found
}

type visitor struct {
	net.Conn
	door *door
}

func (v *visitor) Close() error {
	v.door.forget(v.Conn)
	return v.Conn.Close()
}
