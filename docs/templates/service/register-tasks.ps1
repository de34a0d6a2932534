# Lets Windows start Dagster's web interface and its daemon when you log on. Needs no administrator rights.
# Not tried on Windows. Change the two folders, then run:  powershell -ExecutionPolicy Bypass -File register-tasks.ps1
# To take the tasks away:  Unregister-ScheduledTask -TaskName "Children-in-care *"

$Program = "C:\ChildrenInCare\warehouse"
$Data = "C:\ChildrenInCare\data"

# Settings that are no secrets; the others stand in $Program\.env, which the program reads by itself.
[Environment]::SetEnvironmentVariable("CLA_DATA_DIR", $Data, "User")

$Me = "$env:USERDOMAIN\$env:USERNAME"
$AtLogOn = New-ScheduledTaskTrigger -AtLogOn -User $Me
$AsMe = New-ScheduledTaskPrincipal -UserId $Me -LogonType Interactive -RunLevel Limited
$Settings = New-ScheduledTaskSettingsSet -ExecutionTimeLimit ([TimeSpan]::Zero) -RestartCount 3 `
    -RestartInterval (New-TimeSpan -Minutes 1) -MultipleInstances IgnoreNew `
    -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries

foreach ($Service in "webserver", "daemon") {
    $Action = New-ScheduledTaskAction -Execute "$Program\.venv\Scripts\pythonw.exe" `
        -Argument "-m orchestration.service $Service" -WorkingDirectory $Program
    Register-ScheduledTask -TaskName "Children-in-care $Service" -Action $Action -Trigger $AtLogOn `
        -Principal $AsMe -Settings $Settings -Force
    Start-ScheduledTask -TaskName "Children-in-care $Service"
}
