// The function app on a Flex Consumption plan. Every setting that the code reads on Azure is set here, and a test
// compares this list with shared/settings.py.

@description('Name of the function app.')
param name string

@description('Name of the Flex Consumption plan.')
param planName string

@description('Region of the app and its plan.')
param location string

@description('Tags of the app and its plan.')
param tags object

@description('Resource id of the app\'s identity.')
param identityId string

@description('Client id of the app\'s identity.')
param identityClientId string

@description('Resource id of the identity that may start run commands, empty for none.')
param executorId string

@description('Client id of the identity that may start run commands, empty for none.')
param executorClientId string

@description('Name of the storage account that the app uses.')
param storageAccountName string

@description('Address of the container for deployment packages.')
param deploymentContainerUrl string

@description('Settings that tell the Durable extension where orchestrations are kept.')
param durableSettings object

@description('Path of `fleet.yaml` as the app sees it.')
param policyPath string

@description('Path of the confirmations file as the app sees it, empty for none.')
param confirmationsPath string

@description('Path of the file that adds to the catalogue or corrects it, as the app sees it, empty for none.')
param cataloguePath string

@description('Path of the file that corrects where HCX is read, as the app sees it, empty for none.')
param routesPath string

@description('Address of the Key Vault that holds the HCX accounts.')
param keyVaultUri string

@description('When the timer looks at the fleet, as an NCRONTAB expression in UTC.')
param schedule string

@description('How callers of the HTTP API sign in: `platform` asks Entra ID, `key` takes a function key.')
param signIn string

@description('How much one caller of the HTTP API may ask for in a minute.')
param callsPerMinute int

@description('Port of the HCX service interface on cloud managers.')
param hcxServicePort int

@description('Port of the appliance management interface on cloud managers.')
param hcxAppliancePort int

@description('Threads that run activities in one worker process.')
param activityThreads int

@description('Memory of one instance in MB.')
param instanceMemoryMB int

@description('Most instances that the plan may start.')
param maximumInstanceCount int

// The cloud this is deployed to knows its own address of Azure Resource Manager, which ends in a slash.
var resourceManager = environment().resourceManager

var executorIdentities = empty(executorId) ? {} : {
  '${executorId}': {}
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
  }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: union(executorIdentities, {
      '${identityId}': {}
    })
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    siteConfig: {
      ftpsState: 'Disabled'
      http20Enabled: true
      minTlsVersion: '1.2'
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'python'
        version: '3.13'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
      }
    }
  }
}

resource settings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'appsettings'
  properties: union(durableSettings, {
    AZURE_CLIENT_ID: identityClientId
    AzureWebJobsStorage__accountName: storageAccountName
    AzureWebJobsStorage__clientId: identityClientId
    AzureWebJobsStorage__credential: 'managedidentity'
    HCX_FLEET_ARM_SCOPE: '${resourceManager}.default'
    HCX_FLEET_ARM_URL: substring(resourceManager, 0, length(resourceManager) - 1)
    HCX_FLEET_CALLS_PER_MINUTE: string(callsPerMinute)
    HCX_FLEET_CATALOGUE: cataloguePath
    HCX_FLEET_ROUTES: routesPath
    HCX_FLEET_CONFIRMATIONS: confirmationsPath
    HCX_FLEET_EXECUTOR_CLIENT_ID: executorClientId
    HCX_FLEET_HCX_APPLIANCE_PORT: string(hcxAppliancePort)
    HCX_FLEET_HCX_SERVICE_PORT: string(hcxServicePort)
    HCX_FLEET_KEY_VAULT: keyVaultUri
    HCX_FLEET_POLICY: policyPath
    HCX_FLEET_REPORTS: 'https://${storageAccountName}.blob.${environment().suffixes.storage}'
    HCX_FLEET_SCHEDULE: schedule
    HCX_FLEET_SIGN_IN: signIn
    HCX_FLEET_STORE: 'https://${storageAccountName}.table.${environment().suffixes.storage}'
    HCX_FLEET_TENANT: tenant().tenantId
    PYTHON_THREADPOOL_THREAD_COUNT: string(activityThreads)
  })
}

@description('Name of the function app.')
output name string = app.name

@description('Address of the function app.')
output url string = 'https://${app.properties.defaultHostName}'
