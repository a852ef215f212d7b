package dev.midstream.agents.ftp;

import static dev.midstream.agents.ftp.FtpPlaybook.GREETING;
import static dev.midstream.agents.ftp.FtpPlaybook.greeted;
import static dev.midstream.agents.ftp.FtpPlaybook.playbook;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the settings of a rule forbid and mask. */
class FtpPolicyTest {
  private static final String DENIED = "502 Command not allowed.\r\n";
  private static final String NO_PATH = "550 Permission denied.\r\n";

  @Test
  @DisplayName("OWN-3 read-only denies all that changes files")
  void readOnly() {
    greeted("read-only: true")
        .clientSends("STOR a\r\nSITE CHMOD 777 a\r\nrnfr a\r\nMDTM a\r\n")
        .serverSendsWhenMonitored("550 a\r\n550 b\r\n550 c\r\n")
        .serverSends("213 20260101000000\r\n")
        .serverGets("MDTM a\r\n")
        .clientGets(GREETING + DENIED.repeat(3) + "213 20260101000000\r\n")
        .play();
  }

  @Test
  @DisplayName("OWN-3 read-only denies every command that its page names")
  void everyChange() throws IOException {
    String page = Files.readString(Path.of("../docs/ftp.md"));
    String named =
        page.substring(page.indexOf("`read-only` denies ") + "`read-only` denies ".length());
    List<String> commands =
        List.of(named.substring(0, named.indexOf(", and MDTM")).split(",? and |, "));
    assertThat(commands).hasSizeGreaterThan(15).allMatch(each -> each.matches("[A-Z]{3,4}"));
    for (String command : commands) {
      requireDenied("read-only: true", command + " a");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"PORT 10,0,0,1,195,80", "eprt |1|10.0.0.1|50000|", "LPRT 4,4,10,0,0,1,2,195,80"})
  @DisplayName("OWN-3 without active mode no command opens a connection to the client")
  void noActiveMode(String command) {
    requireDenied("active-mode: false", command);
  }

  private static void requireDenied(String settings, String command) {
    greeted(settings)
        .clientSends(command + "\r\n")
        .serverSendsWhenMonitored("200 a\r\n")
        .serverGets("")
        .clientGets(GREETING + DENIED)
        .play();
  }

  @Test
  @DisplayName("OWN-3 a time before the path of MDTM is a change, of the file behind it")
  void setsTime() {
    greeted("read-only: true")
        .clientSends("MDTM 20260101000000 a\r\nMDTM 20260101\r\n")
        .serverSendsWhenMonitored("213 set\r\n")
        .serverSends("213 20260101000000\r\n")
        .serverGets("MDTM 20260101\r\n")
        .clientGets(GREETING + DENIED + "213 20260101000000\r\n")
        .play();
    greeted("paths.deny: /etc")
        .clientSends("MDTM 20260101000000 /etc/a\r\nMDTM 20260101000000 /a\r\n")
        .serverSendsWhenMonitored("213 set\r\n")
        .serverSends("213 set\r\n")
        .serverGets("MDTM 20260101000000 /a\r\n")
        .clientGets(GREETING + NO_PATH + "213 set\r\n")
        .play();
  }

  @Test
  @DisplayName("OWN-3 users that are not named do not log in")
  void users() {
    greeted("users: anonymous|web*")
        .clientSends("USER root\r\nUSER anonymous \r\nUSER webmaster\r\n")
        .serverSendsWhenMonitored("331 a\r\n331 b\r\n")
        .serverSends("331 password\r\n")
        .serverGets("USER webmaster\r\n")
        .clientGets(GREETING + "530 Not logged in.\r\n".repeat(2) + "331 password\r\n")
        .play();
  }

  @Test
  @DisplayName("OWN-3 the banner, the system and features are masked")
  void masks() {
    playbook("banner: hello, system: UNIX Type: L8, hide-features: MDTM, deny-commands: MLST")
        .serverSends("220-vsFTPd 3.0.5\r\n220 (Debian)\r\n")
        .clientSends("SYST\r\n")
        .serverSends("215 Windows_NT\r\n")
        .clientSends("FEAT\r\n")
        .serverSends(
            "211-Features:\r\n AUTH TLS\r\n EPSV\r\n MDTM\r\n MLST size*;\r\n PBSZ\r\n211 End\r\n")
        .serverGets("SYST\r\nFEAT\r\n")
        .clientGets("220 hello\r\n215 UNIX Type: L8\r\n211-Features:\r\n EPSV\r\n211 End\r\n")
        .play();
  }

  @Test
  @DisplayName("OWN-3 paths are followed through the working directory")
  void paths() {
    greeted("paths.allow: /pub, paths.home: /pub")
        .clientSends("USER a\r\n")
        .serverSends("230 in\r\n")
        .clientSends("RETR a\r\nRETR ../etc/passwd\r\nRETR /pub/../etc/passwd\r\n")
        .serverSends("226 done\r\n")
        .serverSendsWhenMonitored("226 b\r\n226 c\r\n")
        .clientSends("CWD /pub/x\r\nRETR ../a\r\nRETR ../../a\r\n")
        .serverSends("250 there\r\n")
        .serverSends("226 done\r\n")
        .serverSendsWhenMonitored("226 d\r\n")
        .serverGets("USER a\r\nRETR a\r\nCWD /pub/x\r\nRETR ../a\r\n")
        .clientGets(
            GREETING
                + "230 in\r\n226 done\r\n"
                + NO_PATH.repeat(2)
                + "250 there\r\n226 done\r\n"
                + NO_PATH)
        .play();
  }

  @Test
  @DisplayName("OWN-3 a change of the directory that fails changes nothing")
  void failedChange() {
    greeted("paths.deny: /etc, paths.home: /")
        .clientSends("USER a\r\n")
        .serverSends("230 in\r\n")
        .clientSends("CWD /etc2\r\nRETR etc/passwd\r\n")
        .serverHasGot("USER a\r\nCWD /etc2\r\n")
        .serverSends("550 no\r\n")
        .serverSendsWhenMonitored("226 done\r\n")
        .serverGets("USER a\r\nCWD /etc2\r\n")
        .clientGets(GREETING + "230 in\r\n550 no\r\n" + NO_PATH)
        .play();
  }

  @Test
  @DisplayName("OWN-3 an unknown directory is learnt from PWD")
  void learnsDirectory() {
    greeted("paths.deny: /home/a/secret")
        .clientSends("RETR x\r\n")
        .serverSendsWhenMonitored("226 done\r\n")
        .clientSends("PWD\r\nRETR secret/x\r\nRETR x\r\n")
        .serverSends("257 \"/home/a\" here\r\n")
        .serverSendsWhenMonitored("226 done\r\n")
        .serverSends("226 done\r\n")
        .serverGets("PWD\r\nRETR x\r\n")
        .clientGets(GREETING + NO_PATH + "257 \"/home/a\" here\r\n" + NO_PATH + "226 done\r\n")
        .play();
  }

  @Test
  @DisplayName("OWN-3 names by which servers find more than they say are denied")
  void unclearPaths() {
    List<String> lines =
        List.of(
            "RETR ~root/x",
            "RETR /etc\\x",
            "RETR /etc /x",
            "RETR /a//../etc/x",
            "RNFR /ETC/../etc/x",
            "SITE CPFR /etc/x",
            "LIST -R /",
            "LIST -aR",
            "MLST /etc",
            "LIST /e*",
            "NLST /{etc,a}",
            "LIST /e*/passwd",
            "XFOO /etc",
            "STAT -R");
    String denied = String.join("\r\n", lines) + "\r\n";
    int count = lines.size();
    assertThat(
            greeted("paths.deny: /etc, paths.home: /")
                .clientSends("USER a\r\n")
                .serverSends("230 in\r\n")
                .clientSends(denied)
                .serverSendsWhenMonitored("550 x\r\n".repeat(count))
                .serverGets("USER a\r\n")
                .play()
                .reports())
        .hasSize(count);
  }

  @Test
  @DisplayName("OWN-3 lists and patterns away from denied paths pass")
  void clearLists() {
    String passed = "LIST\r\nLIST -la /\r\nLIST -la /pub\r\nNLST /pub/*.txt\r\nSTAT\r\nNOOP\r\n";
    greeted("paths.deny: /etc, paths.home: /")
        .clientSends("USER a\r\n")
        .serverSends("230 in\r\n")
        .clientSends(passed)
        .serverSends("226 a\r\n226 b\r\n226 c\r\n226 d\r\n211 e\r\n200 f\r\n")
        .serverGets("USER a\r\n" + passed)
        .play();
  }
}
