<#
.SYNOPSIS
Builds the installer for Windows from a clean checkout: wheel, frozen program, its own trial, signature, setup.

.DESCRIPTION
Needs Python 3.11 (64 bit) and Inno Setup 6 on a Windows machine. Leaves terreno-<version>-setup.exe in out\release.
It has not been run on Windows yet: packaging/RELEASE.md says what was checked elsewhere.

.PARAMETER SignCommand
A script that signs the program whose path it is given. Without it nothing is signed, and the end says so.
#>
[CmdletBinding()]
param(
    [string] $Python = 'py',
    [string] $InnoSetup = "${env:ProgramFiles(x86)}\Inno Setup 6\ISCC.exe",
    [string] $SignCommand = ''
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$root = Resolve-Path (Join-Path $PSScriptRoot '..\..')
$work = Join-Path $root 'out\package'
$release = Join-Path $root 'out\release'
$venv = Join-Path $root '.venv-package'
$venvPython = Join-Path $venv 'Scripts\python.exe'

function Invoke-Tool {
    param([string] $Name, [string] $Program, [string[]] $Arguments)
    Write-Output "== $Name"
    & $Program @Arguments
    if ($LASTEXITCODE -ne 0) {
        throw "$Name ended with $LASTEXITCODE"
    }
}

function Invoke-Signature {
    param([string] $File)
    if ($SignCommand) {
        Invoke-Tool -Name "sign $File" -Program $SignCommand -Arguments @($File)
    }
}

foreach ($folder in @($work, $release)) {
    if (Test-Path $folder) {
        Remove-Item -Recurse -Force $folder
    }
    New-Item -ItemType Directory -Force -Path $folder | Out-Null
}

$env:SOURCE_DATE_EPOCH = (git -C $root log -1 '--format=%ct')
$env:PYTHONHASHSEED = '0'
$env:PYTHONUTF8 = '1'
$env:QT_QPA_PLATFORM = 'offscreen'

$requirements = Join-Path $root 'requirements\package.txt'
Invoke-Tool 'environment' $Python @('-3.11', '-m', 'venv', '--clear', $venv)
Invoke-Tool 'pins' $venvPython @('-m', 'pip', 'install', '-qq', '--no-deps', '--require-hashes', '-r', $requirements)
Invoke-Tool 'tools of Windows' $venvPython @('-m', 'pip', 'install', '-qq', 'pefile', 'pywin32-ctypes')
Invoke-Tool 'wheel' $venvPython @('-m', 'build', '--wheel', '--no-isolation', '--outdir', "$work\wheel", $root)
$wheel = (Get-ChildItem "$work\wheel\*.whl").FullName
Invoke-Tool 'install' $venvPython @('-m', 'pip', 'install', '--no-deps', '--no-index', '--force-reinstall', $wheel)
Invoke-Tool 'icon and version' $venvPython @("$root\packaging\windows\resources.py", "$work\windows")

Push-Location $work
try {
    Invoke-Tool 'freeze' $venvPython @(
        '-P', '-m', 'PyInstaller', '--noconfirm', '--clean',
        '--distpath', "$work\dist", '--workpath', "$work\pyinstaller", "$root\packaging\terreno.spec"
    )
} finally {
    Pop-Location
}

$program = Join-Path $work 'dist\terreno\terreno.exe'
$said = Join-Path $work 'smoke.err'
$trial = Start-Process -FilePath $program -ArgumentList 'smoke' -Wait -PassThru -NoNewWindow -RedirectStandardError $said
if ($trial.ExitCode -ne 0 -or (Get-Item $said).Length -gt 0) {
    Get-Content $said
    throw "terreno smoke ended with $($trial.ExitCode)"
}

Invoke-Signature $program
$version = (& $program --version).Split(' ')[1]
Invoke-Tool 'setup' $InnoSetup @(
    '/Qp', "/DVersion=$version", "/DFrozen=$work\dist\terreno", "/DOutput=$release",
    (Join-Path $PSScriptRoot 'terreno.iss')
)
$setup = Join-Path $release "terreno-$version-setup.exe"
Invoke-Signature $setup

$size = (Get-ChildItem -Recurse "$work\dist\terreno" | Measure-Object -Property Length -Sum).Sum
Write-Output "terreno $version`: installed $([math]::Round($size / 1e6)) MB, $((Get-FileHash $setup).Hash)  $setup"
if (-not $SignCommand) {
    Write-Output 'NOT SIGNED: no -SignCommand was given'
}
