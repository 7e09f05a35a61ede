// Composition only: which parts there are and what they tell each other. See README.md in this folder.
targetScope = 'resourceGroup'

@description('Name of the installation, the stem of every resource name.')
@minLength(3)
@maxLength(16)
param name string

@description('Region of all resources.')
param location string = resourceGroup().location

@description('Tags of all resources.')
param tags object = {}

@description('Where orchestrations are kept: `scheduler` is Durable Task Scheduler, `storage` is Azure Storage.')
@allowed([
  'scheduler'
  'storage'
])
param durableBackend string = 'scheduler'

@description('Name of the task hub.')
@minLength(3)
@maxLength(45)
param taskHubName string = 'hcxfleet'

@description('Address ranges that may reach the Durable Task Scheduler.')
param schedulerIpAllowlist array = [
  '0.0.0.0/0'
]

@description('Redundancy of the storage account.')
@allowed([
  'Standard_LRS'
  'Standard_ZRS'
  'Standard_GRS'
  'Standard_GZRS'
])
param storageSku string = 'Standard_ZRS'

@description('Address of the Key Vault that holds the HCX accounts.')
param keyVaultUri string

@description('Path of `fleet.yaml` as the app sees it.')
param policyPath string = '/home/site/wwwroot/config/fleet.yaml'

@description('Path of the confirmations file as the app sees it, empty for none.')
param confirmationsPath string = ''

@description('Path of the file that adds to the catalogue or corrects it, as the app sees it, empty for none.')
param cataloguePath string = ''

@description('Path of the file that corrects where HCX is read, as the app sees it, empty for none.')
param routesPath string = ''

@description('Whether there is a second identity that may start run commands, for snapshots of cloud managers.')
param runCommands bool = false

@description('Resource ids of the subscriptions or resource groups whose private clouds run commands may be started on.')
param runCommandScopes array = []

@description('When the timer looks at the fleet, as an NCRONTAB expression in UTC.')
param schedule string = '0 0 * * * *'

@description('How callers of the HTTP API sign in: `platform` needs App Service authentication with Entra ID, without which nobody is let in; `key` takes a function key, which lets read and start a plan that was let go beforehand.')
@allowed([
  'platform'
  'key'
])
param signIn string = 'platform'

@description('How much one caller of the HTTP API may ask for in a minute: a read counts 1, a rendered report 10, a start 20.')
@minValue(1)
param callsPerMinute int = 1200

@description('Port of the HCX service interface on cloud managers.')
param hcxServicePort int = 443

@description('Port of the appliance management interface on cloud managers.')
param hcxAppliancePort int = 9443

@description('Threads that run activities in one worker process.')
@minValue(1)
@maxValue(64)
param activityThreads int = 16

@description('Memory of one instance in MB.')
@allowed([
  2048
  4096
])
param instanceMemoryMB int = 2048

@description('Most instances that the plan may start.')
param maximumInstanceCount int = 40

var suffix = uniqueString(resourceGroup().id, name)
var schedulerName = 'dts-${name}-${suffix}'
var withScheduler = durableBackend == 'scheduler'

module identity 'identity.bicep' = {
  name: 'identity'
  params: {
    name: 'id-${name}-${suffix}'
    location: location
    tags: tags
  }
}

// Apart from the app's own identity, which reads: the permission to start a run command is one for every run command.
module executor 'identity.bicep' = if (runCommands) {
  name: 'executor'
  params: {
    name: 'id-${name}-executor-${suffix}'
    location: location
    tags: tags
  }
}

module storage 'storage.bicep' = {
  name: 'storage'
  params: {
    name: 'st${suffix}'
    location: location
    tags: tags
    sku: storageSku
    deploymentContainer: 'packages'
  }
}

module scheduler 'scheduler.bicep' = if (withScheduler) {
  name: 'scheduler'
  params: {
    name: schedulerName
    location: location
    tags: tags
    taskHubName: taskHubName
    ipAllowlist: schedulerIpAllowlist
  }
}

module roles 'roles.bicep' = {
  name: 'roles'
  params: {
    principalId: identity.outputs.principalId
    storageAccountName: storage.outputs.name
    schedulerName: schedulerName
    withScheduler: withScheduler
    withRunCommands: runCommands
    runCommandScopes: runCommandScopes
  }
  dependsOn: [
    scheduler
  ]
}

var schedulerSettings = withScheduler ? {
  DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${scheduler!.outputs.endpoint};Authentication=ManagedIdentity;ClientID=${identity.outputs.clientId}'
} : {}

module app 'app.bicep' = {
  name: 'app'
  params: {
    name: 'func-${name}-${suffix}'
    planName: 'plan-${name}-${suffix}'
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    executorId: runCommands ? executor!.outputs.id : ''
    executorClientId: runCommands ? executor!.outputs.clientId : ''
    storageAccountName: storage.outputs.name
    deploymentContainerUrl: storage.outputs.deploymentContainerUrl
    durableSettings: union(schedulerSettings, {
      TASKHUB_NAME: taskHubName
    })
    policyPath: policyPath
    confirmationsPath: confirmationsPath
    cataloguePath: cataloguePath
    routesPath: routesPath
    keyVaultUri: keyVaultUri
    schedule: schedule
    signIn: signIn
    callsPerMinute: callsPerMinute
    hcxServicePort: hcxServicePort
    hcxAppliancePort: hcxAppliancePort
    activityThreads: activityThreads
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
  }
  dependsOn: [
    roles
  ]
}

@description('Name of the function app.')
output functionAppName string = app.outputs.name

@description('Address of the function app.')
output functionAppUrl string = app.outputs.url

@description('Object id of the app\'s identity, for grants outside this resource group.')
output principalId string = identity.outputs.principalId

@description('Object id of the identity that may start run commands, empty where there is none.')
output executorPrincipalId string = runCommands ? executor!.outputs.principalId : ''

@description('Resource id of the role for run commands, empty where there is none.')
output runCommandRoleId string = roles.outputs.runCommandRoleId
