"""Messages that deny rows are told from those that say that there are none."""

from __future__ import annotations

import pytest

from tap_analytics.records.failures.failures import failure_in

DENIED = """
This endpoint needs the Pro plan
This feature is only available for Enterprise customers
Available on paid plans only
Your plan does not include this endpoint
Your subscription has ended
Your free trial period has come to an end
Please upgrade
Your account is past due
This user is locked out
You have no access
You do not have rights for this operation
User lacks the scope reports:read
Please authenticate
Session closed
The token is no longer active
Key not recognised
This API has been switched off
Back end is down
Lost connection to MySQL server during query
ORA-01017: logon was not good
Deadlock found when trying to get lock
Oops! Something broke
The query was killed
Process exited with code 3
undefined index: data
Parameter 'from' is mandatory
The date range is too long
Only 31 days are allowed
Maximum range is 31 days
Please specify an account
Account id not given
No such account
IP 1.2.3.4 is not whitelisted
Retry in 30 seconds
You have hit the limit
0 credits remaining
Index is rebuilding
Data is not ready yet
Come back later
Signature does not match
Bot detected
Account under review
You have used 1,000 of 1,000 requests in your quota
Data not available
Bitte anmelden
Ihr Konto ist gesperrt
Votre abonnement est terminé
Vous n'avez pas les droits
Servicio no disponible
Tente novamente mais tarde
请先登录
系统繁忙
请稍后再试
ログインしてください
잠시 후 다시 시도해 주세요
Нет доступа
Повторите попытку позже
Daha sonra tekrar deneyin
"""
NONE_THERE = """
No active sessions
No accounts are closed
All users are offline
No jobs are running
No requests pending approval
No reports yet
No calls were dropped
No subscriptions have ended
No users with access
No access logs
Your search did not match any documents
No contacts match the filter
Query returned no rows
Data is delayed by 24 hours
Maximum page size is 100
This version will be sunset on 2030-01-01
You are on the Pro plan
Contact sales to upgrade
Calls that were too long
No payment is due
Report is ready
The period is 30 days
Signed in as jo
You have 100 credits remaining
0 credits spent
Next refresh in 30 minutes
Queue is empty
Closed accounts
Sorry, no contacts match
Oops, nothing here
Data not available for this period
Results are not available for the selected dates
You have used 5 of 1,000 requests in your quota
Keine Kontakte gefunden
Keine gesperrten Konten
Aucun compte bloqué
No se encontraron registros
Nenhum registro encontrado
暂无数据
没有被禁用的用户
データがありません
조회된 데이터가 없습니다
Нет данных
Inga spärrade konton
Veri yok
"""


@pytest.mark.parametrize(("sentences", "is_denied"), [(DENIED, True), (NONE_THERE, False)])
def test_a_message_beside_an_empty_list_denies_rows_or_says_that_there_are_none(
    sentences: str, *, is_denied: bool
) -> None:
    judged = {each: failure_in({"message": each, "data": []}, ("data",)) for each in sentences.strip().splitlines()}
    assert {each: found is not None for each, found in judged.items()} == dict.fromkeys(judged, is_denied)


def test_a_denial_beside_a_clear_success_is_none() -> None:
    assert failure_in({"status": "ok", "message": "Please upgrade", "data": []}, ("data",)) is None


def test_what_is_no_error_can_be_declared() -> None:
    assert str(failure_in({"message": "Please upgrade", "data": []}, ("data",))) == (
        "the response reports an error in `message`: Please upgrade; if that is no error, declare `empty_when` with "
        "words of it as its `message`"
    )
