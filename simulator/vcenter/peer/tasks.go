package main

import (
	"fmt"
	"sync"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// tasks is the TaskManager with history collectors, and tasks that somebody else is said to run.
//
// It sees every task that is made. The simulator says of the removal of a snapshot that it is about the snapshot;
// vCenter says that it is about the virtual machine, and clients rely on it.
type tasks struct {
	simulator.TaskManager
	lock       sync.Mutex
	seen       []*simulator.Task
	foreign    []*simulator.Task
	collectors int
}

func newTasks(content types.ServiceContent) *tasks {
	made := &tasks{}
	original := simulator.Map.Get(*content.TaskManager).(*simulator.TaskManager)
	made.TaskManager.TaskManager = original.TaskManager
	simulator.Map.Put(made)
	simulator.Map.AddHandler(made)
	return made
}

// PutObject is told of every new object.
func (t *tasks) PutObject(obj mo.Reference) {
	task, ok := obj.(*simulator.Task)
	if !ok {
		return
	}
	if entity := task.Info.Entity; entity != nil && entity.Type == "VirtualMachineSnapshot" {
		if snapshot, ok := simulator.Map.Get(*entity).(*simulator.VirtualMachineSnapshot); ok {
			task.Info.Entity = &snapshot.Vm
		}
	}
	t.lock.Lock()
	t.seen = append(t.seen, task)
	t.lock.Unlock()
	t.TaskManager.PutObject(obj)
}

// begin lets somebody run a task on a virtual machine, until end.
func (t *tasks) begin(machine *simulator.VirtualMachine, description, user string, progress int32) {
	task := simulator.CreateTask(machine, description, nil)
	simulator.Map.Update(task, []types.PropertyChange{
		{Name: "info.descriptionId", Val: description},
		{Name: "info.entityName", Val: machine.Name},
		{Name: "info.reason", Val: &types.TaskReasonUser{UserName: user}},
		{Name: "info.progress", Val: progress},
		{Name: "info.startTime", Val: time.Now()},
		{Name: "info.state", Val: types.TaskInfoStateRunning},
	})
	t.lock.Lock()
	t.foreign = append(t.foreign, task)
	t.lock.Unlock()
}

func (t *tasks) end() {
	t.lock.Lock()
	defer t.lock.Unlock()
	for _, task := range t.foreign {
		simulator.Map.Update(task, []types.PropertyChange{{Name: "info.state", Val: types.TaskInfoStateSuccess}})
	}
	t.foreign = nil
}

func (t *tasks) infos(states []types.TaskInfoState) []types.TaskInfo {
	t.lock.Lock()
	defer t.lock.Unlock()
	var found []types.TaskInfo
	for _, task := range t.seen {
		if len(states) == 0 || holds(states, task.Info.State) {
			found = append(found, task.Info)
		}
	}
	return found
}

func holds(states []types.TaskInfoState, wanted types.TaskInfoState) bool {
	for _, one := range states {
		if one == wanted {
			return true
		}
	}
	return false
}

// CreateCollectorForTasks makes a history collector; of its filter the states count.
func (t *tasks) CreateCollectorForTasks(req *types.CreateCollectorForTasks) soap.HasFault {
	t.lock.Lock()
	t.collectors++
	made := &collector{tasks: t, states: req.Filter.State}
	made.Self = reference("TaskHistoryCollector", fmt.Sprintf("collector-%d", t.collectors))
	t.lock.Unlock()
	simulator.Map.Put(made)
	return &methods.CreateCollectorForTasksBody{Res: &types.CreateCollectorForTasksResponse{Returnval: made.Self}}
}

type collector struct {
	mo.TaskHistoryCollector
	tasks  *tasks
	states []types.TaskInfoState
	read   int
}

// ReadNextTasks gives the next page, oldest first.
func (c *collector) ReadNextTasks(req *types.ReadNextTasks) soap.HasFault {
	all := c.tasks.infos(c.states)
	var page []types.TaskInfo
	if c.read < len(all) {
		page = all[c.read:]
	}
	if len(page) > int(req.MaxCount) {
		page = page[:req.MaxCount]
	}
	c.read += len(page)
	return &methods.ReadNextTasksBody{Res: &types.ReadNextTasksResponse{Returnval: page}}
}

// RewindCollector goes back to the oldest.
func (c *collector) RewindCollector(*types.RewindCollector) soap.HasFault {
	c.read = 0
	return &methods.RewindCollectorBody{Res: &types.RewindCollectorResponse{}}
}

// DestroyCollector forgets it.
func (c *collector) DestroyCollector(*types.DestroyCollector) soap.HasFault {
	simulator.Map.Remove(c.Self)
	return &methods.DestroyCollectorBody{Res: &types.DestroyCollectorResponse{}}
}
