<#
.SYNOPSIS
Installs the setup of out\release quietly, tries the program, removes it, and looks whether a person's data is untouched.
#>
[CmdletBinding()]
param()

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$quiet = @('/VERYSILENT', '/SUPPRESSMSGBOXES', '/NORESTART')
$release = Resolve-Path (Join-Path $PSScriptRoot '..\..\out\release')
$setup = (Get-ChildItem (Join-Path $release '*-setup.exe')).FullName
$place = Join-Path $env:ProgramFiles 'Terreno'
$data = Join-Path $env:LOCALAPPDATA 'terreno'
$canary = Join-Path $data 'canary.txt'

function Invoke-Quietly {
    param([string] $Program, [string[]] $Arguments)
    $done = Start-Process -FilePath $Program -ArgumentList $Arguments -Wait -PassThru
    if ($done.ExitCode -ne 0) {
        throw "$Program ended with $($done.ExitCode)"
    }
}

New-Item -ItemType Directory -Force -Path $data | Out-Null
Set-Content -Path $canary -Value 'stays'
Invoke-Quietly $setup $quiet
Invoke-Quietly (Join-Path $place 'terreno.exe') @('smoke')
Invoke-Quietly (Join-Path $place 'unins000.exe') $quiet
if ((Get-Content $canary) -ne 'stays') {
    throw 'removing the program touched the data of a person'
}
if (Test-Path (Join-Path $place 'terreno.exe')) {
    throw 'the program is still there'
}
Write-Output 'installed, tried, removed; the data is untouched'
