"""Why the whole past cannot be asked."""

from typing import ClassVar

from pomona.domain.errors import PomonaError


class UnknownEngine(PomonaError):
    """HISTORY_ENGINE names nothing that can compute over the past."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "unknown_history_engine": (
            "HISTORY_ENGINE={engine}: такого вычислителя нет. Укажите duckdb или адрес Spark: spark://host:7077.",
            "HISTORY_ENGINE={engine}: there is no such engine. Set duckdb, or the address of Spark: spark://host:7077.",
        ),
    }


class UnknownMemory(PomonaError):
    """HISTORY_MEMORY is no amount of memory."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "unknown_history_memory": (
            "HISTORY_MEMORY={memory}: это не объём памяти. Укажите, например, 3GiB.",
            "HISTORY_MEMORY={memory}: this is no amount of memory. Set 3GiB, for instance.",
        ),
    }


class NoSpark(PomonaError):
    """HISTORY_ENGINE names a Spark cluster that cannot be used from here."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "no_pyspark": (
            "HISTORY_ENGINE={master}: нет пакета pyspark. Установите его: pip install 'pomona[spark]'.",
            "HISTORY_ENGINE={master}: the package pyspark is missing. Install it: pip install 'pomona[spark]'.",
        ),
        "no_master": (
            "HISTORY_ENGINE={master}: по этому адресу мастер Spark не отвечает. Запустите его или поправьте адрес: "
            "spark://host:7077.",
            "HISTORY_ENGINE={master}: no Spark master answers at this address. Start it, or mend the address: "
            "spark://host:7077.",
        ),
        "spark_does_not_start": (
            "HISTORY_ENGINE={master}: Spark не запускается. Нужна Java 17 или новее на этой машине и мастер того же "
            "выпуска; подробности в журнале.",
            "HISTORY_ENGINE={master}: Spark does not start. It needs Java 17 or newer on this machine and a master of "
            "the same release; the log says more.",
        ),
    }
