package dev.midstream.gateway.live;

/** The tests with pure-ftpd. */
final class LivePureFtpdTest extends LiveFtpTests {
  LivePureFtpdTest() {
    super(FtpServer.Kind.PURE_FTPD);
  }
}
