"""Words that are used of programs and of little else.

The one law: a word stands here only if it hardly ever means anything but programming; those with a
second life (class, script, Java, shell) are left to the words around them.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[a-z][a-z+#]*|[가-힣]+")
_WORDS = """
ajax angular ansible argparse argv async asyncio autohotkey autowired awk axios babel backend
backtracking bash bashrc bcrypt beautifulsoup bfs bigquery bitmask bool boolean chmod chown
cmake cmd codepoint conda constexpr coroutine cors countif cout cpp crontab csharp css cuda
curl cython dataframe dataloader datetime debugger debugging deepcopy deque dfs dict dijkstra
div django docker dockerfile docstring dotnet dplyr dtype ecmascript elif elixir enum enumerate
eof eslint esp faiss fastapi ffmpeg fifo firebase fizzbuzz flask flexbox flutter foreach
fprintf frontend fstring gcc gdb geopandas getter ggplot git github gitignore gitlab golang
gpio gradle graphql grep groupby gui hadoop hashmap hashset haskell heroku hibernate html httpd
idempotent ifelse iloc importerror indexerror inode iostream ipynb iterator javascript jdbc
jest jquery js json jsx jupyter jvm jwt kafka keras keyerror kotlin kubectl kubernetes
langchain laravel leetcode linq lint localhost lru lua makefile malloc matlab matplotlib maven
memcpy memoization middleware minimax mongo mongodb mongoose multithreading mutex mypy mysql
nameerror namespace nan nestjs netlify nginx nodejs nonetype npm null nullptr numpy oauth ocaml
oop opencv openpyxl orm outofmemoryerror overleaf pandas parser php pip pipenv plotly plt
postgres postgresql powershell printf println profiler protobuf pseudocode psycopg pthread pwsh
py pydantic pygame pytest pytorch pytz quicksort rebase recursionerror redis redux refactor
regex regexes regexp repo rownum rsync rubocop runtimeerror rustc sass scala scanf scikit scipy
scss sdk seaborn sed segfault segmentation selenium setinterval setstate settimeout shader
sklearn socketio solidity sparql springboot sprintf sql sqlalchemy sqlite ssh ssl stacktrace
stdin stdout strcpy strtok struct subprocess subquery sudo sumifs svelte swiftui symlink sympy
syntaxerror systemd tailwind tcp tensorflow terraform tikz tkinter tmux traceback tsx tuple
tuples typedef typeerror typescript ubuntu udp undefined unicodedecodeerror unittest useeffect
usememo useref usestate utf uuid uvicorn valgrind valueerror vba venv verilog vim virtualenv
vite vlookup vscode vue webpack webscraper websocket wget whitespace wsl xcode xlookup xml
xpath yaml yml zsh 가비지컬렉션 깃 깃랩 깃허브 넘파이 도커 도커파일 디버거 디버그 디버깅
딕셔너리 람다 람다식 레디스 레이텍 레포 로깅 리눅스 리눅스에서 리액트 리팩터링 리팩토링 매트랩
매트플롯립 메서드 몽고디비 무한루프 미들웨어 배치파일 백엔드 백준 변수명 서브쿼리 세그폴트
셀레늄 셸 소스코드 쉘 스레드 스칼라 스택오버플로우 스프링부트 시간복잡도 쓰레드 아두이노
오버라이딩 오버로딩 우분투 이터레이터 인덱싱 자료구조 자바스크립트 장고 정규식 정규표현식
제너레이터 주피터 주피터에서 직렬화 커밋 컴파일 컴파일러 코딩테스트 코루틴 코틀린 콜백
쿠버네티스 쿼리 쿼리문 크롤러 크롤링 클로저 타입스크립트 텐서 텐서플로 트랜잭션 파싱 파워쉘
파이썬에서 파이썬으로 파이토치 판다스 판다스로 판다스에서 프런트엔드 프론트엔드 플라스크 플러터
"""
_PROGRAM = frozenset(_WORDS.split())


def of_programs(asked: str) -> int:
    """How many distinct words of a request, in small letters, are used of programs alone."""
    return len(_PROGRAM & set(_WORD.findall(asked)))
